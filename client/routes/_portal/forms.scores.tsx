import { createFileRoute } from '@tanstack/react-router'
import { ScoresPage } from '../../features/forms/scores-page.tsx'

export const Route = createFileRoute('/_portal/forms/scores')({ component: ScoresPage })
