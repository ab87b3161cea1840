import { createFileRoute } from '@tanstack/react-router'
import { ChangePasswordPage } from '../features/account-access/change-password-page.tsx'

const ChangePassword = () => <ChangePasswordPage above={null} />

export const Route = createFileRoute('/staff/password')({ component: ChangePassword })
