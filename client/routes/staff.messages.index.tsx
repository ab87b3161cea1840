import { createFileRoute } from '@tanstack/react-router'
import { SHOWN, type Show } from '../features/staff/messages-data.ts'
import { StaffMessagesPage } from '../features/staff/messages-page.tsx'

function Messages() {
  const { show, after } = Route.useSearch()
  return <StaffMessagesPage key={`${show}${after ?? ''}`} show={show} {...(after ? { cursor: after } : {})} />
}

export const Route = createFileRoute('/staff/messages/')({
  validateSearch: (search: Record<string, unknown>): { show: Show; after?: string } => ({
    show: SHOWN.find((one) => one === search.show) ?? 'waiting',
    ...(typeof search.after === 'string' ? { after: search.after } : {}),
  }),
  component: Messages,
})
