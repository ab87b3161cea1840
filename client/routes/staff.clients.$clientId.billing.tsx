import { createFileRoute } from '@tanstack/react-router'
import { ClientBillingPage } from '../features/staff/client-billing-page.tsx'

function Billing() {
  const { clientId } = Route.useParams()
  return <ClientBillingPage key={clientId} clientId={clientId} />
}

export const Route = createFileRoute('/staff/clients/$clientId/billing')({ component: Billing })
