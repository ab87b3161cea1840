/** There is an account. Signing in begins by itself; where that does not work at once, the way there stays open. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CircleCheckBig } from 'lucide-react'
import { buttonClass } from '../../../ui/button.tsx'
import { Notice } from '../../../ui/panel.tsx'
import { AccessPage } from './access-page.tsx'

export function DoneStep({ email }: { readonly email: string }) {
  const { t } = useLingui()
  return (
    <AccessPage title={t`Your account is ready`}>
      <Notice icon={CircleCheckBig} tone="good" role="status">
        <p>
          <Trans>You sign in with {email} and the password you chose.</Trans>
        </p>
      </Notice>
      <Link to="/sign-in" state={{ signInEmail: email.trim() }} className={buttonClass('primary', true)}>
        <Trans>Sign in</Trans>
      </Link>
    </AccessPage>
  )
}
