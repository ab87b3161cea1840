import { createFileRoute } from '@tanstack/react-router'
import { RecordsPage } from '../../features/records/records-page.tsx'

export const Route = createFileRoute('/_portal/records')({ component: RecordsPage })
