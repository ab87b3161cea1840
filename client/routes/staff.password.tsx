import { Trans } from '@lingui/react/macro'
import { createFileRoute, Link } from '@tanstack/react-router'
import { ChangePasswordPage } from '../features/account-access/change-password-page.tsx'

const ChangePassword = () => (
  <ChangePasswordPage
    above={
      <p>
        <Link to="/staff/email">
          <Trans>Change your email address</Trans>
        </Link>
      </p>
    }
  />
)

export const Route = createFileRoute('/staff/password')({ component: ChangePassword })
