import { createFileRoute } from '@tanstack/react-router'
import { CorrectionPage } from '../../features/profile/correction-page.tsx'

export const Route = createFileRoute('/_portal/profile/correction')({ component: CorrectionPage })
