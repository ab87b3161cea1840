import { createFileRoute } from '@tanstack/react-router'
import { AppointmentPage } from '../../features/appointments/appointment-page.tsx'

function Appointment() {
  const { appointmentId } = Route.useParams()
  return <AppointmentPage key={appointmentId} appointmentId={appointmentId} />
}

export const Route = createFileRoute('/_portal/appointments/$appointmentId/')({ component: Appointment })
