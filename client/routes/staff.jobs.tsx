import { createFileRoute } from '@tanstack/react-router'
import { JobsPage } from '../features/staff/jobs-page.tsx'

function Jobs() {
  const { after } = Route.useSearch()
  return <JobsPage key={after ?? ''} {...(after ? { cursor: after } : {})} />
}

export const Route = createFileRoute('/staff/jobs')({
  validateSearch: (search: Record<string, unknown>): { after?: string } =>
    typeof search.after === 'string' ? { after: search.after } : {},
  component: Jobs,
})
