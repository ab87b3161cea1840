import { createFileRoute } from '@tanstack/react-router'
import { SlotsPage } from '../features/staff/slots-page.tsx'

function Slots() {
  const { day, after } = Route.useSearch()
  return <SlotsPage key={`${day} ${after}`} {...(day ? { day } : {})} {...(after ? { cursor: after } : {})} />
}

export const Route = createFileRoute('/staff/slots')({
  validateSearch: (search: Record<string, unknown>): { day?: string; after?: string } => ({
    ...(typeof search.day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(search.day) ? { day: search.day } : {}),
    ...(typeof search.after === 'string' ? { after: search.after } : {}),
  }),
  component: Slots,
})
