import { createFileRoute } from '@tanstack/react-router'
import { AskPage } from '../../features/appointments/ask-page.tsx'

const NewAppointment = () => <AskPage kind="new-appointment" />

export const Route = createFileRoute('/_portal/appointments/new')({ component: NewAppointment })
