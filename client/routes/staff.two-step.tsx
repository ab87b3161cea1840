import { createFileRoute } from '@tanstack/react-router'
import { TwoStepPage } from '../features/sign-in/two-step/two-step-page.tsx'
import { SignInPolicy } from '../features/staff/components/sign-in-policy.tsx'

export const Route = createFileRoute('/staff/two-step')({
  component: () => <TwoStepPage policy={<SignInPolicy />} />,
})
