/**
 * Signing in at an address of its own: also where somebody's replica lies locked on this device, which `/` would ask to
 * unlock. It stays as it is. Whoever is signed in goes on to where they belong.
 */
import { Navigate } from '@tanstack/react-router'
import { SignInPage } from '../features/sign-in/sign-in-page.tsx'
import { useSessionView } from '../replica/session-context.tsx'
import { Opening } from '../ui/opening.tsx'

export function SignInGate({ email }: { readonly email: string | undefined }) {
  const { state } = useSessionView()
  if (state === 'starting') return <Opening />
  if (state === 'open' || state === 'unreadable') return <Navigate to="/" replace />
  if (state === 'staff') return <Navigate to="/staff" replace />
  return <SignInPage audience="client" email={email} />
}
