import { createFileRoute } from '@tanstack/react-router'
import { DevicesPage } from '../../features/account/devices-page.tsx'

export const Route = createFileRoute('/_portal/devices')({ component: DevicesPage })
