/** One request of a page: busy, failed and why. The page keeps what was typed. */
import { useMemo, useState } from 'react'
import type { Result } from '../../../shared/kernel/result.ts'
import { useSession } from '../../replica/session-context.tsx'
import { type AccountCalls, asksForFactor, type CallFailure, createAccountCalls } from './account-calls.ts'

const UNANSWERED: ReadonlySet<CallFailure['why']> = new Set(['offline', 'captive', 'unavailable'])

export function useCall() {
  const session = useSession()
  const calls = useMemo(() => createAccountCalls(session), [session])
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<CallFailure | null>(null)
  const [isUncertain, setUncertain] = useState(false)
  const [asksFactor, setAsksFactor] = useState(false)
  return {
    busy,
    failure,
    /** An earlier attempt got no answer: it may have arrived all the same. */
    isUncertain,
    /** From the moment on that the server said so. */
    asksFactor,
    /** The answer, or null after it failed. */
    async run<T>(
      ask: (calls: AccountCalls) => Promise<Result<T, CallFailure>>,
    ): Promise<{ value: T } | null> {
      setBusy(true)
      setFailure(null)
      const result = await ask(calls)
      setBusy(false)
      if (result.ok) return { value: result.value }
      setFailure(result.error)
      if (asksForFactor(result.error)) setAsksFactor(true)
      if (UNANSWERED.has(result.error.why)) setUncertain(true)
      return null
    },
  }
}
