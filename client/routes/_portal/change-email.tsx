import { createFileRoute } from '@tanstack/react-router'
import { BackToAccount } from '../../app/back-to-account.tsx'
import { ChangeEmailPage } from '../../features/account-access/change-email-page.tsx'

const ChangeEmail = () => <ChangeEmailPage above={<BackToAccount />} />

export const Route = createFileRoute('/_portal/change-email')({ component: ChangeEmail })
