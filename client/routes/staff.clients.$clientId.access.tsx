import { createFileRoute } from '@tanstack/react-router'
import { ClientPeoplePage } from '../features/staff/client-people-page.tsx'

function People() {
  const { clientId } = Route.useParams()
  return <ClientPeoplePage key={clientId} clientId={clientId} />
}

export const Route = createFileRoute('/staff/clients/$clientId/access')({ component: People })
