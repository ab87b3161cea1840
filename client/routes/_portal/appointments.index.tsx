import { createFileRoute } from '@tanstack/react-router'
import { AppointmentsPage } from '../../features/appointments/appointments-page.tsx'
import { type View, viewOf } from '../../features/appointments/view.ts'

const Appointments = () => <AppointmentsPage view={viewOf(Route.useSearch().view)} />

export const Route = createFileRoute('/_portal/appointments/')({
  validateSearch: (search: Record<string, unknown>): { view?: View } =>
    viewOf(search.view) === 'list' ? {} : { view: viewOf(search.view) },
  component: Appointments,
})
