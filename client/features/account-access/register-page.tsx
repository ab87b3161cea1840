/**
 * Setting up an account, one question at a time. Nobody learns here whether somebody has a record: the answers are the
 * same for everybody, and the pages say so. SPEC: sync-server/modules/auth/SPEC-accounts.md, L1 to L8.
 */
import { Navigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useSessionView } from '../../replica/session-context.tsx'
import { CodeStep } from './components/code-step.tsx'
import { DoneStep } from './components/done-step.tsx'
import { FindStep } from './components/find-step.tsx'
import { InviteStep } from './components/invite-step.tsx'
import { SignInStep } from './components/sign-in-step.tsx'
import { TermsStep } from './components/terms-step.tsx'
import { VerifyStep } from './components/verify-step.tsx'
import { isLinkSecret } from './typed-values.ts'
import { useRegistration } from './use-registration.ts'

export function RegisterPage({ secret }: { readonly secret: string | null }) {
  const registration = useRegistration()
  const { state, person } = useSessionView()
  const [isWithout, setWithout] = useState(false)
  const invite = secret !== null && isLinkSecret(secret) && !isWithout ? secret : null
  const isInvited = invite !== null
  const { step, awaited, typed } = registration
  if (step === 'done')
    return state === 'open' && person?.email === typed.email.trim().toLowerCase() ? (
      <Navigate to="/" replace />
    ) : (
      <DoneStep email={typed.email} />
    )
  if (step === 'code' && awaited) return <CodeStep {...registration} awaited={awaited} />
  if (step === 'verify' && awaited) return <VerifyStep {...registration} awaited={awaited} />
  if (step === 'sign-in') return <SignInStep {...registration} isInvited={isInvited} />
  if (step === 'terms') return <TermsStep {...registration} isInvited={isInvited} />
  return invite === null ? (
    <FindStep {...registration} />
  ) : (
    <InviteStep {...registration} invite={invite} onWithout={() => setWithout(true)} />
  )
}
