/** One answer of the server: loading, there, or why not; and how to ask again. */
import { useCallback, useEffect, useState } from 'react'
import { useSession } from '../../replica/session-context.tsx'

export type ServerData<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly why: 'offline' | 'missing' | 'forbidden' | 'unavailable' }
  | { readonly state: 'ready'; readonly value: T }

export const failureOf = (status: number) => {
  if (status === 0) return 'offline'
  if (status === 404) return 'missing'
  return status === 401 || status === 403 ? 'forbidden' : 'unavailable'
}

/** What is looked for goes in the body of a POST where it is a name: addresses end up in logs. */
type Asked = string | { readonly path: string; readonly search: Readonly<Record<string, string>> }

/** `read` must be stable. `put` replaces the value with what a change answered. */
export function useServerData<T>(
  asked: Asked,
  read: (body: unknown) => T | null,
): { data: ServerData<T>; again: () => void; put: (value: T) => void } {
  const session = useSession()
  const [data, setData] = useState<ServerData<T>>({ state: 'loading' })
  const [round, setRound] = useState(0)
  const path = typeof asked === 'string' ? asked : asked.path
  const search = typeof asked === 'string' ? null : JSON.stringify(asked.search)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again
  useEffect(() => {
    let gone = false
    const request =
      search === null
        ? { method: 'GET', path }
        : { method: 'POST', path, body: JSON.parse(search) as unknown }
    session.request(request).then(({ status, body }) => {
      if (gone) return
      const value = status === 200 ? read(body) : null
      setData(value === null ? { state: 'failed', why: failureOf(status) } : { state: 'ready', value })
    })
    return () => {
      gone = true
    }
  }, [session, path, search, read, round])
  const again = useCallback(() => setRound((before) => before + 1), [])
  const put = useCallback((value: T) => setData({ state: 'ready', value }), [])
  return { data, again, put }
}
