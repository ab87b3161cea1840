import { createFileRoute } from '@tanstack/react-router'
import { ThreadPage } from '../../features/messages/thread-page.tsx'

function Thread() {
  const { threadId } = Route.useParams()
  return <ThreadPage key={threadId} threadId={threadId} />
}

export const Route = createFileRoute('/_portal/messages/$threadId')({ component: Thread })
