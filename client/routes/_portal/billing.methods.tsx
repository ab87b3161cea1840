import { createFileRoute } from '@tanstack/react-router'
import { MethodsPage } from '../../features/billing/methods-page.tsx'

export const Route = createFileRoute('/_portal/billing/methods')({ component: MethodsPage })
