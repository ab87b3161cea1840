import { createFileRoute } from '@tanstack/react-router'
import { PrescriptionsPage } from '../../features/prescriptions/prescriptions-page.tsx'

export const Route = createFileRoute('/_portal/prescriptions/')({ component: PrescriptionsPage })
