import { createFileRoute } from '@tanstack/react-router'
import type { RefillShow } from '../features/staff/refill-data.ts'
import { RefillsPage } from '../features/staff/refills-page.tsx'

function Refills() {
  const { after, show = 'waiting' } = Route.useSearch()
  return <RefillsPage key={`${show} ${after ?? ''}`} show={show} {...(after ? { cursor: after } : {})} />
}

export const Route = createFileRoute('/staff/refills/')({
  validateSearch: (search: Record<string, unknown>): { after?: string; show?: RefillShow } => ({
    ...(typeof search.after === 'string' ? { after: search.after } : {}),
    ...(search.show === 'under-way' ? { show: search.show } : {}),
  }),
  component: Refills,
})
