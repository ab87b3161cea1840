import { createFileRoute } from '@tanstack/react-router'
import { InboxPage } from '../features/staff/inbox-page.tsx'

function Inbox() {
  const { after } = Route.useSearch()
  return <InboxPage key={after ?? ''} {...(after ? { cursor: after } : {})} />
}

export const Route = createFileRoute('/staff/')({
  validateSearch: (search: Record<string, unknown>): { after?: string } =>
    typeof search.after === 'string' ? { after: search.after } : {},
  component: Inbox,
})
