import { createFileRoute, Navigate } from '@tanstack/react-router'
import { InboxPage } from '../features/staff/inbox-page.tsx'
import { useSessionView } from '../replica/session-context.tsx'

function Inbox() {
  const { after } = Route.useSearch()
  // Answers are their clinician's to read: what an admin has here is the audit trail.
  const role = useSessionView().person?.role
  if (role === 'admin') return <Navigate to="/staff/audit" replace />
  if (role === 'front-desk') return <Navigate to="/staff/requests" replace />
  return <InboxPage key={after ?? ''} {...(after ? { cursor: after } : {})} />
}

export const Route = createFileRoute('/staff/')({
  validateSearch: (search: Record<string, unknown>): { after?: string } =>
    typeof search.after === 'string' ? { after: search.after } : {},
  component: Inbox,
})
