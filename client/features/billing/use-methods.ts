/** Saved payment methods: they are at the payment service, so they are asked for live, and kept nowhere here. */
import { useCallback, useEffect, useState } from 'react'
import { useSession, useSyncView } from '../../replica/session-context.tsx'
import { type Methods, methodsPath, readMethods } from './billing-data.ts'

export type AskedMethods =
  | { readonly state: 'asking' | 'offline' | 'unavailable' }
  | { readonly state: 'ready'; readonly value: Methods }

export function useMethods(): { readonly methods: AskedMethods; readonly again: () => void } {
  const session = useSession()
  const isOnline = useSyncView().link === 'online'
  const [methods, setMethods] = useState<AskedMethods>({ state: 'asking' })
  const [round, setRound] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again
  useEffect(() => {
    let gone = false
    if (!isOnline) {
      setMethods({ state: 'offline' })
      return
    }
    session.request({ method: 'GET', path: methodsPath }).then(({ status, body }) => {
      if (gone) return
      const value = status === 200 ? readMethods(body) : null
      if (value !== null) setMethods({ state: 'ready', value })
      else setMethods({ state: status === 0 ? 'offline' : 'unavailable' })
    })
    return () => {
      gone = true
    }
  }, [session, isOnline, round])
  const again = useCallback(() => setRound((before) => before + 1), [])
  return { methods, again }
}
