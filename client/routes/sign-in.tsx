import { createFileRoute, useLocation } from '@tanstack/react-router'
import { SignInGate } from '../app/sign-in-gate.tsx'

function SignIn() {
  const email = useLocation({ select: ({ state }) => state.signInEmail })
  return <SignInGate email={email} />
}

export const Route = createFileRoute('/sign-in')({ codeSplitGroupings: [], component: SignIn })
