import { Trans } from '@lingui/react/macro'
import { createFileRoute, Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { ChangeEmailPage } from '../features/account-access/change-email-page.tsx'
import { backClass } from '../ui/page.tsx'

const ChangeEmail = () => (
  <ChangeEmailPage
    above={
      <Link to="/staff/password" className={backClass}>
        <ChevronLeft size={18} aria-hidden />
        <Trans>Password</Trans>
      </Link>
    }
  />
)

export const Route = createFileRoute('/staff/email')({ component: ChangeEmail })
