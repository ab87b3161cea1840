import { createFileRoute } from '@tanstack/react-router'
import { useLinkSecret } from '../app/link-secret.ts'
import { RegisterPage } from '../features/account-access/register-page.tsx'

const Register = () => <RegisterPage secret={useLinkSecret()} />

export const Route = createFileRoute('/register')({ component: Register })
