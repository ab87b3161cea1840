import { createFileRoute } from '@tanstack/react-router'
import { RefillPage } from '../features/staff/refill-page.tsx'

function Refill() {
  const { requestId } = Route.useParams()
  const { client } = Route.useSearch()
  return <RefillPage key={requestId} clientId={client} requestId={requestId} />
}

export const Route = createFileRoute('/staff/refills/$requestId')({
  validateSearch: (search: Record<string, unknown>): { client: string } => ({
    client: String(search.client ?? ''),
  }),
  component: Refill,
})
