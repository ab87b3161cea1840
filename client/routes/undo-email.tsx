import { createFileRoute } from '@tanstack/react-router'
import { useLinkSecret } from '../app/link-secret.ts'
import { EmailLinkPage } from '../features/account-access/email-link-page.tsx'

function UndoEmail() {
  const secret = useLinkSecret()
  return <EmailLinkPage key={secret} change="undo" secret={secret} />
}

export const Route = createFileRoute('/undo-email')({ component: UndoEmail })
