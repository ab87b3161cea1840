import { createFileRoute } from '@tanstack/react-router'
import { ConversationPage } from '../features/staff/conversation-page.tsx'

function Conversation() {
  const { clientId, threadId } = Route.useParams()
  return <ConversationPage key={threadId} clientId={clientId} threadId={threadId} />
}

export const Route = createFileRoute('/staff/messages/$clientId/$threadId')({ component: Conversation })
