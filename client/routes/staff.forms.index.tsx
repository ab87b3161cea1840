import { createFileRoute } from '@tanstack/react-router'
import { FormsPage } from '../features/staff/forms-page.tsx'

export const Route = createFileRoute('/staff/forms/')({ component: FormsPage })
