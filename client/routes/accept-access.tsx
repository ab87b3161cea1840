import { createFileRoute } from '@tanstack/react-router'
import { useLinkSecret } from '../app/link-secret.ts'
import { AcceptAccessPage } from '../features/account-access/accept-access-page.tsx'

const AcceptAccess = () => <AcceptAccessPage secret={useLinkSecret()} />

export const Route = createFileRoute('/accept-access')({ component: AcceptAccess })
