import { createFileRoute } from '@tanstack/react-router'
import { OverviewPage } from '../../features/forms/overview-page.tsx'

function Overview() {
  const { draftId } = Route.useParams()
  return <OverviewPage draftId={draftId} />
}

export const Route = createFileRoute('/_portal/forms/$draftId/')({ component: Overview })
