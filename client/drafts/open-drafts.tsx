/**
 * The drafts that are open in this page, so that whatever is about to happen (lock, update, the tab going away) can
 * first have everything on disk.
 */
import { createContext, type ReactNode, use, useEffect, useMemo } from 'react'
import type { DraftStore } from './draft-store.ts'

export interface OpenDrafts {
  add(store: DraftStore): void
  /** Writes what is left, however many attempts that takes, and only then forgets the draft. */
  remove(store: DraftStore): void
  /** Is everything typed durable, without doing anything for it? */
  areSaved(): boolean
  /** True when everything typed is durable. Never throws. */
  flushAll(): Promise<boolean>
}

export function createOpenDrafts(): OpenDrafts {
  const stores = new Set<DraftStore>()
  return {
    add: (store) => void stores.add(store),
    remove(store) {
      let leave = () => {}
      const forget = () => {
        leave()
        stores.delete(store)
      }
      store.close().then(forget, () => {
        leave = store.subscribe(() => {
          if (store.snapshot().save === 'saved') store.close().then(forget, () => {})
        })
      })
    },
    areSaved: () => [...stores].every((store) => store.snapshot().save === 'saved'),
    async flushAll() {
      const results = await Promise.allSettled([...stores].map((store) => store.flush()))
      return results.every((result) => result.status === 'fulfilled')
    },
  }
}

const OpenDraftsContext = createContext<OpenDrafts | null>(null)

export const useOpenDrafts = (): OpenDrafts => {
  const drafts = use(OpenDraftsContext)
  if (drafts === null) throw new Error('There is no OpenDraftsProvider above this component.')
  return drafts
}

/** Also writes at once when the page may be about to go away. */
export function OpenDraftsProvider({ drafts, children }: { drafts: OpenDrafts; children: ReactNode }) {
  useEffect(() => {
    const flush = () => void drafts.flushAll()
    const hidden = () => document.visibilityState === 'hidden' && flush()
    document.addEventListener('visibilitychange', hidden)
    document.addEventListener('focusout', flush)
    window.addEventListener('pagehide', flush)
    return () => {
      document.removeEventListener('visibilitychange', hidden)
      document.removeEventListener('focusout', flush)
      window.removeEventListener('pagehide', flush)
    }
  }, [drafts])
  return useMemo(() => <OpenDraftsContext value={drafts}>{children}</OpenDraftsContext>, [drafts, children])
}
