import { createFileRoute } from '@tanstack/react-router'
import { SyncCentrePage } from '../../features/sync-centre/sync-centre-page.tsx'

export const Route = createFileRoute('/_portal/sync')({ component: SyncCentrePage })
