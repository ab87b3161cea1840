/** A page that only makes sense with a link from a mail, opened without one, or with half of one. */
import { Trans } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { Link2Off } from 'lucide-react'
import { buttonClass } from '../../../ui/button.tsx'
import { Notice } from '../../../ui/panel.tsx'
import { AccessPage } from './access-page.tsx'

/** `again`: a new link can be asked for. */
export const DeadLink = ({ title, again = false }: { title: string; again?: boolean }) => (
  <AccessPage title={title}>
    <Notice icon={Link2Off} tone="wait">
      <p>
        <Trans>
          This page needs the link from our message. Nothing was changed. Open the link in the message once
          more: after reloading, or where only a part of the address was copied, this page no longer has it.
        </Trans>
      </p>
    </Notice>
    {again ? (
      <Link to="/forgot-password" className={buttonClass('secondary', true)}>
        <Trans>Send me a new link</Trans>
      </Link>
    ) : null}
  </AccessPage>
)
