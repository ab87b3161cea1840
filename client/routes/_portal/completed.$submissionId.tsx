import { createFileRoute } from '@tanstack/react-router'
import { CompletedPage } from '../../features/forms/completed-page.tsx'

function Completed() {
  const { submissionId } = Route.useParams()
  return <CompletedPage submissionId={submissionId} />
}

export const Route = createFileRoute('/_portal/completed/$submissionId')({ component: Completed })
