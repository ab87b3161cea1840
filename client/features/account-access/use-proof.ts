/** What both changes of what one signs in with have in common: one request at a time, why it failed, and one more factor. */
import { useState } from 'react'
import type { AccountAnswer } from '../../replica/portal-session.ts'
import { asksForFactor, type CallFailure, failureOf } from './account-calls.ts'
import { factorOf } from './typed-values.ts'

export function useProof() {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<CallFailure | null>(null)
  const [factor, setFactor] = useState('')
  const [asksFactor, setAsksFactor] = useState(false)
  return {
    busy,
    failure,
    factor,
    setFactor,
    asksFactor,
    forget: () => setFailure(null),
    /** True: it is done. What the account asks for besides goes along once it has asked. */
    async run(send: (given: ReturnType<typeof factorOf>) => Promise<AccountAnswer>): Promise<boolean> {
      setBusy(true)
      const answer = await send(factorOf(factor))
      setBusy(false)
      if (answer.status === 204) return true
      const reason = failureOf(answer, navigator.onLine)
      setFailure(reason)
      if (asksForFactor(reason)) setAsksFactor(true)
      return false
    },
  }
}
