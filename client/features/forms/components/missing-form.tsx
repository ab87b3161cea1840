/** A form that this device does not hold: says whether it is still on its way. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { buttonClass } from '../../../ui/button.tsx'
import { Page } from '../../../ui/page.tsx'

export function MissingForm({ arriving = false }: { arriving?: boolean }) {
  const { t } = useLingui()
  return (
    <Page title={arriving ? t`This form is on its way` : t`This form is not on this device`}>
      <p>
        {arriving ? (
          <Trans>It opens by itself as soon as it has arrived. This needs the network once.</Trans>
        ) : (
          <Trans>It may have been handed in on another device, or the address may be mistyped.</Trans>
        )}
      </p>
      <p>
        <Link to="/forms" className={buttonClass()}>
          <Trans>Go to your forms</Trans>
        </Link>
      </p>
    </Page>
  )
}
