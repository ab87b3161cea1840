import { createFileRoute } from '@tanstack/react-router'
import { DayPage } from '../features/staff/day-page.tsx'

function Day() {
  const { day, after } = Route.useSearch()
  return <DayPage key={`${day} ${after}`} {...(day ? { day } : {})} {...(after ? { cursor: after } : {})} />
}

export const Route = createFileRoute('/staff/day')({
  validateSearch: (search: Record<string, unknown>): { day?: string; after?: string } => ({
    ...(typeof search.day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(search.day) ? { day: search.day } : {}),
    ...(typeof search.after === 'string' ? { after: search.after } : {}),
  }),
  component: Day,
})
