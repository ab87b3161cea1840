import { createFileRoute } from '@tanstack/react-router'
import { DisplayPage } from '../features/profile/display-page.tsx'

const Display = () => <DisplayPage />

export const Route = createFileRoute('/staff/display')({ component: Display })
