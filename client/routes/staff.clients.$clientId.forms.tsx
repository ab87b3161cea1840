import { createFileRoute } from '@tanstack/react-router'
import { ClientFormsPage } from '../features/staff/client-forms-page.tsx'

function Forms() {
  const { clientId } = Route.useParams()
  return <ClientFormsPage key={clientId} clientId={clientId} />
}

export const Route = createFileRoute('/staff/clients/$clientId/forms')({ component: Forms })
