import { createFileRoute } from '@tanstack/react-router'
import { TwoStepPage } from '../../features/sign-in/two-step/two-step-page.tsx'
import { BackToAccount } from '../../ui/back-to-account.tsx'

const TwoStep = () => <TwoStepPage above={<BackToAccount />} />

export const Route = createFileRoute('/_portal/two-step')({ component: TwoStep })
