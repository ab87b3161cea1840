import { createFileRoute } from '@tanstack/react-router'
import { ChangeEmailPage } from '../../features/account-access/change-email-page.tsx'
import { BackToAccount } from '../../ui/back-to-account.tsx'

const ChangeEmail = () => <ChangeEmailPage above={<BackToAccount />} />

export const Route = createFileRoute('/_portal/change-email')({ component: ChangeEmail })
