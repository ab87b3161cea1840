/** Pages of the audit trail for one search, each after the one before; what came stays when the next one fails. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { useSession } from '../../replica/session-context.tsx'
import { type AuditEvent, type AuditFilter, auditPath, readAuditPage } from './audit-data.ts'
import { failureOf, type ServerData } from './use-server-data.ts'

interface Found {
  readonly events: readonly AuditEvent[]
  readonly next: string | null
}
export interface AuditPages extends Found {
  /** The place of what came last, where there was something before it: there the reader goes on. */
  readonly begins: number | undefined
  /** Of the page that was asked for last. */
  readonly last: ServerData<null>
  more(): void
  again(): void
}
const NOTHING: Found = { events: [], next: null }

export function useAuditPages(filter: AuditFilter): AuditPages {
  const session = useSession()
  const [found, setFound] = useState(NOTHING)
  const [begins, setBegins] = useState<number>()
  const [last, setLast] = useState<ServerData<null>>({ state: 'loading' })
  /** An answer to an earlier search comes too late. */
  const search = useRef(0)
  const ask = useCallback(
    async (cursor: string | undefined, before = 0) => {
      const mine = search.current
      setLast({ state: 'loading' })
      const { status, body } = await session.request({ method: 'GET', path: auditPath(filter, cursor) })
      if (search.current !== mine) return
      const page = status === 200 ? readAuditPage(body) : null
      if (page === null) return setLast({ state: 'failed', why: failureOf(status) })
      setBegins(cursor === undefined ? undefined : before)
      setFound(({ events }) => ({
        events: cursor === undefined ? page.items : [...events, ...page.items],
        next: page.next,
      }))
      setLast({ state: 'ready', value: null })
    },
    [session, filter],
  )
  useEffect(() => {
    search.current += 1
    setFound(NOTHING)
    void ask(undefined)
    return () => {
      search.current += 1
    }
  }, [ask])
  const next = found.next ?? undefined
  const more = () => void ask(next, found.events.length)
  return { ...found, begins, last, more, again: more }
}
