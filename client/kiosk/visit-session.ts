/** A visit as the screens of forms know a session: open, with the forms of the visit and nothing else to ask. */
import { BehaviorSubject, map, of } from 'rxjs'
import type { PortalSession, SyncView } from '../replica/portal-session.ts'
import type { ReplicaDatabase } from '../replica/replica-database.ts'
import type { Tablet } from './tablet.ts'

/** Where somebody was in a form is remembered for as long as the page is there. */
export function createVisitSession(replica: ReplicaDatabase, tablet: Tablet): PortalSession {
  const local = new Map<string, unknown>()
  const sync$ = tablet.view$.pipe(
    map(
      ({ unsent, waiting, lastContactAt }): SyncView => ({
        link: navigator.onLine ? 'online' : 'offline',
        lastSyncedAt: lastContactAt,
        unsent,
        progress: null,
        items: waiting.map((documentId) => ({
          ...{ collection: 'drafts', documentId, state: 'waiting', at: Date.now(), changes: 1 },
        })),
        persisted: true,
      }),
    ),
  )
  const session: Pick<
    PortalSession,
    'session$' | 'sync$' | 'replica$' | 'files$' | 'readLocal' | 'writeLocal'
  > = {
    session$: of({ state: 'open' as const, person: null }),
    sync$,
    replica$: new BehaviorSubject<ReplicaDatabase | null>(replica),
    files$: of({}),
    readLocal: async (key) => local.get(key) ?? null,
    writeLocal: async (key, value) => void local.set(key, value),
  }
  // Of a portal there is nothing more here: what a form asks for beside these has nobody to answer it.
  return { ...session, attachments$: of({}), takesFiles: false } as unknown as PortalSession
}
