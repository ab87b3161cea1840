import { createFileRoute } from '@tanstack/react-router'
import { DisplayPage } from '../../features/profile/display-page.tsx'

export const Route = createFileRoute('/_portal/display')({ component: DisplayPage })
