/**
 * The session and the opened replica as React sees them. Every value here is at hand without waiting: screens render
 * what the device holds and are told when it changes.
 */
import { createContext, type ReactNode, use, useCallback, useMemo, useSyncExternalStore } from 'react'
import type { Observable } from 'rxjs'
import type { AttachmentsView, FilesView } from './file-views.ts'
import type { PortalSession, SessionView, SyncView } from './portal-session.ts'
import type { ReplicaDatabase } from './replica-database.ts'

/** A value that is always there, and a way to hear of the next one. */
interface Live<T> {
  current(): T
  subscribe(listener: () => void): () => void
}

function liveValue<T>(source: Observable<T>, first: T): Live<T> {
  let value = first
  const listeners = new Set<() => void>()
  source.subscribe((next) => {
    value = next
    for (const listener of listeners) listener()
  })
  return {
    current: () => value,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

interface SessionContextValue {
  readonly session: PortalSession
  readonly view: Live<SessionView>
  readonly sync: Live<SyncView>
  readonly replica: Live<ReplicaDatabase | null>
  readonly files: Live<FilesView>
  readonly attachments: Live<AttachmentsView>
}

const SessionContext = createContext<SessionContextValue | null>(null)

const NO_SYNC: SyncView = {
  link: 'offline',
  lastSyncedAt: null,
  unsent: 0,
  progress: null,
  items: [],
  persisted: false,
}

export function SessionProvider({ session, children }: { session: PortalSession; children: ReactNode }) {
  const value = useMemo(
    () => ({
      session,
      view: liveValue<SessionView>(session.session$, { state: 'starting', person: null }),
      sync: liveValue<SyncView>(session.sync$, NO_SYNC),
      replica: liveValue<ReplicaDatabase | null>(session.replica$, null),
      files: liveValue<FilesView>(session.files$, {}),
      attachments: liveValue<AttachmentsView>(session.attachments$, {}),
    }),
    [session],
  )
  return <SessionContext value={value}>{children}</SessionContext>
}

function useContextValue(): SessionContextValue {
  const value = use(SessionContext)
  if (value === null) throw new Error('There is no SessionProvider above this component.')
  return value
}

const useLive = <T,>(live: Live<T>): T => useSyncExternalStore(live.subscribe, live.current)

export const useSession = (): PortalSession => useContextValue().session
export const useSessionView = (): SessionView => useLive(useContextValue().view)
export const useSyncView = (): SyncView => useLive(useContextValue().sync)
export const useFiles = (): FilesView => useLive(useContextValue().files)
/** Files of messages that lie on this device. */
export const useAttachments = (): AttachmentsView => useLive(useContextValue().attachments)
export const useReplica = (): ReplicaDatabase | null => useLive(useContextValue().replica)

/**
 * The answer of a query on the replica, kept up to date; undefined until the first answer (no network is involved).
 * `query` must be stable (useCallback) or made outside of the component.
 */
export function useLiveQuery<T>(query: (replica: ReplicaDatabase) => Observable<T>): T | undefined {
  const replica = useReplica()
  const live = useMemo(() => {
    let value: T | undefined
    return {
      current: () => value,
      subscribe: (listener: () => void) => {
        if (replica === null) return () => {}
        const subscription = query(replica).subscribe((next) => {
          value = next
          listener()
        })
        return () => subscription.unsubscribe()
      },
    }
  }, [replica, query])
  return useSyncExternalStore(
    useCallback((listener) => live.subscribe(listener), [live]),
    live.current,
  )
}
