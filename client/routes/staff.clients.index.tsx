import { createFileRoute } from '@tanstack/react-router'
import { ClientsPage } from '../features/staff/clients-page.tsx'

export const Route = createFileRoute('/staff/clients/')({ component: ClientsPage })
