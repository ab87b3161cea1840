import { createFileRoute } from '@tanstack/react-router'
import { ClientDocumentsPage } from '../features/staff/client-documents-page.tsx'

function Documents() {
  const { clientId } = Route.useParams()
  return <ClientDocumentsPage key={clientId} clientId={clientId} />
}

export const Route = createFileRoute('/staff/clients/$clientId/documents')({ component: Documents })
