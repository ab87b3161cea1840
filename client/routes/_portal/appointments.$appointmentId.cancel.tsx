import { createFileRoute } from '@tanstack/react-router'
import { AskPage } from '../../features/appointments/ask-page.tsx'

function Cancel() {
  const { appointmentId } = Route.useParams()
  return <AskPage key={appointmentId} kind="cancel" appointmentId={appointmentId} />
}

export const Route = createFileRoute('/_portal/appointments/$appointmentId/cancel')({ component: Cancel })
