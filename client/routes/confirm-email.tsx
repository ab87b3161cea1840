import { createFileRoute } from '@tanstack/react-router'
import { useLinkSecret } from '../app/link-secret.ts'
import { EmailLinkPage } from '../features/account-access/email-link-page.tsx'

function ConfirmEmail() {
  const secret = useLinkSecret()
  return <EmailLinkPage key={secret} change="confirm" secret={secret} />
}

export const Route = createFileRoute('/confirm-email')({ component: ConfirmEmail })
