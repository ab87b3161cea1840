import { createFileRoute } from '@tanstack/react-router'
import { ChangePasswordPage } from '../../features/account-access/change-password-page.tsx'
import { BackToAccount } from '../../ui/back-to-account.tsx'

const ChangePassword = () => <ChangePasswordPage above={<BackToAccount />} />

export const Route = createFileRoute('/_portal/change-password')({ component: ChangePassword })
