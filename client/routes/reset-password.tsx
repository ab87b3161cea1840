import { createFileRoute } from '@tanstack/react-router'
import { useLinkSecret } from '../app/link-secret.ts'
import { ResetPasswordPage } from '../features/account-access/reset-password-page.tsx'

function ResetPassword() {
  const secret = useLinkSecret()
  return <ResetPasswordPage key={secret} secret={secret} />
}

export const Route = createFileRoute('/reset-password')({ component: ResetPassword })
