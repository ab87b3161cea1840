import { createFileRoute } from '@tanstack/react-router'
import { TabletsPage } from '../features/staff/tablets-page.tsx'

export const Route = createFileRoute('/staff/tablets')({ component: TabletsPage })
