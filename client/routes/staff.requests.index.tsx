import { createFileRoute } from '@tanstack/react-router'
import { RequestsPage } from '../features/staff/requests-page.tsx'

function Requests() {
  const { after } = Route.useSearch()
  return <RequestsPage key={after ?? ''} {...(after ? { cursor: after } : {})} />
}

export const Route = createFileRoute('/staff/requests/')({
  validateSearch: (search: Record<string, unknown>): { after?: string } =>
    typeof search.after === 'string' ? { after: search.after } : {},
  component: Requests,
})
