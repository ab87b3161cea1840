import { createFileRoute } from '@tanstack/react-router'
import { RequestPage } from '../features/staff/request-page.tsx'

function Request() {
  const { requestId } = Route.useParams()
  const { client } = Route.useSearch()
  return <RequestPage key={requestId} clientId={client} requestId={requestId} />
}

export const Route = createFileRoute('/staff/requests/$requestId')({
  validateSearch: (search: Record<string, unknown>): { client: string } => ({
    client: String(search.client ?? ''),
  }),
  component: Request,
})
