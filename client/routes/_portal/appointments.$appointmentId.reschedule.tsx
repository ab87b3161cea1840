import { createFileRoute } from '@tanstack/react-router'
import { AskPage } from '../../features/appointments/ask-page.tsx'

function Reschedule() {
  const { appointmentId } = Route.useParams()
  return <AskPage key={appointmentId} kind="reschedule" appointmentId={appointmentId} />
}

export const Route = createFileRoute('/_portal/appointments/$appointmentId/reschedule')({
  component: Reschedule,
})
