import { createFileRoute } from '@tanstack/react-router'
import { BackToAccount } from '../../app/back-to-account.tsx'
import { ChangePasswordPage } from '../../features/account-access/change-password-page.tsx'

const ChangePassword = () => <ChangePasswordPage above={<BackToAccount />} />

export const Route = createFileRoute('/_portal/change-password')({ component: ChangePassword })
