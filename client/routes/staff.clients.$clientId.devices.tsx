import { createFileRoute } from '@tanstack/react-router'
import { ClientDevicesPage } from '../features/staff/client-devices-page.tsx'

function Devices() {
  const { clientId } = Route.useParams()
  return <ClientDevicesPage key={clientId} clientId={clientId} />
}

export const Route = createFileRoute('/staff/clients/$clientId/devices')({ component: Devices })
