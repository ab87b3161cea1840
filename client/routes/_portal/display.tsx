import { createFileRoute } from '@tanstack/react-router'
import { DisplayPage } from '../../features/profile/display-page.tsx'
import { BackToAccount } from '../../ui/back-to-account.tsx'

const Display = () => <DisplayPage above={<BackToAccount />} />

export const Route = createFileRoute('/_portal/display')({ component: Display })
