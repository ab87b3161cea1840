import { createFileRoute } from '@tanstack/react-router'
import { CheckPage } from '../../features/forms/check-page.tsx'

function Check() {
  const { draftId } = Route.useParams()
  return <CheckPage draftId={draftId} />
}

export const Route = createFileRoute('/_portal/forms/$draftId/check')({ component: Check })
