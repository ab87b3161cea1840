import { createFileRoute } from '@tanstack/react-router'
import { AuditPage } from '../features/staff/audit-page.tsx'

export const Route = createFileRoute('/staff/audit')({ component: AuditPage })
