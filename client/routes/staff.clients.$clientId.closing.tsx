import { createFileRoute } from '@tanstack/react-router'
import { ClosingPage } from '../features/staff/closing-page.tsx'

function Closing() {
  const { clientId } = Route.useParams()
  return <ClosingPage key={clientId} clientId={clientId} />
}

export const Route = createFileRoute('/staff/clients/$clientId/closing')({ component: Closing })
