/** A draft of the replica as React sees it: opened while the component is there, written and closed when it goes. */
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import type { Draft } from '../../shared/domains/forms/schema.ts'
import { useReplica, useSession } from '../replica/session-context.tsx'
import { browserTimers } from './autosave.ts'
import { openDraftSource } from './draft-source.ts'
import { createDraftStore, type DraftSnapshot, type DraftStore } from './draft-store.ts'
import { followerOf } from './following.ts'
import { useOpenDrafts } from './open-drafts.tsx'

/** Undefined while it is being opened (milliseconds), null when this device does not hold it. */
export function useDraft(
  draftId: string,
  isText: ((key: string) => boolean) | undefined,
): DraftStore | null | undefined {
  const replica = useReplica()
  const session = useSession()
  const drafts = useOpenDrafts()
  const [store, setStore] = useState<DraftStore | null>()
  useEffect(() => {
    if (replica === null || isText === undefined) return
    let gone = false
    let opened: DraftStore | null = null
    const place = `displaced/${draftId}`
    Promise.all([openDraftSource(replica, draftId), session.readLocal(place)]).then(([source, kept]) => {
      if (gone) return
      opened =
        source &&
        createDraftStore({
          source,
          timers: browserTimers,
          isText,
          displaced: new Map(Object.entries(isTexts(kept) ? kept : {})),
          onDisplaced: (displaced) => void session.writeLocal(place, Object.fromEntries(displaced)),
        })
      if (opened) drafts.add(opened)
      setStore(opened)
    })
    return () => {
      gone = true
      setStore(undefined)
      if (opened) drafts.remove(opened)
    }
  }, [replica, session, drafts, draftId, isText])
  return store
}

const isTexts = (value: unknown): value is { [key: string]: string } =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((text) => typeof text === 'string')

/** What `part` picks of it, which has to be the same value while nothing of it changed; only then anything is drawn anew. */
export const useDraftPart = <T>(store: DraftStore, part: (snapshot: DraftSnapshot) => T): T =>
  useSyncExternalStore(store.subscribe, () => part(store.snapshot()))

/** The same for some answers, which alone `part` may read. `keys` has to be the same array while they are the same. */
export function useAnswerPart<T>(
  store: DraftStore,
  keys: readonly string[],
  part: (answers: Draft['answers']) => T,
): T {
  const subscribe = useCallback((listener: () => void) => store.subscribeTo(keys, listener), [store, keys])
  return useSyncExternalStore(subscribe, () => part(store.snapshot().draft.answers))
}

/** The same for what follows from answers: while somebody types, drawn in the frame after the key's own. */
export function useFollowingPart<T>(store: DraftStore, part: (draft: Draft) => T): T {
  const follower = followerOf(store)
  return useSyncExternalStore(follower.subscribe, () => part(follower.draft()))
}
