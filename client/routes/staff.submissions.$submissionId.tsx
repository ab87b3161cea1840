import { createFileRoute } from '@tanstack/react-router'
import { SubmissionPage } from '../features/staff/submission-page.tsx'

function Submission() {
  const { submissionId } = Route.useParams()
  const { client } = Route.useSearch()
  return <SubmissionPage key={submissionId} clientId={client} submissionId={submissionId} />
}

export const Route = createFileRoute('/staff/submissions/$submissionId')({
  validateSearch: (search: Record<string, unknown>): { client: string } => ({
    client: String(search.client ?? ''),
  }),
  component: Submission,
})
