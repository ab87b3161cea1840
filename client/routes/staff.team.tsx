import { createFileRoute } from '@tanstack/react-router'
import { TeamPage } from '../features/staff/team-page.tsx'

export const Route = createFileRoute('/staff/team')({ component: TeamPage })
