/** A draft of the replica as React sees it: opened while the component is there, written and closed when it goes. */
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useReplica } from '../replica/session-context.tsx'
import { browserTimers } from './autosave.ts'
import { openDraftSource } from './draft-source.ts'
import { createDraftStore, type DraftSnapshot, type DraftStore } from './draft-store.ts'
import { useOpenDrafts } from './open-drafts.tsx'

/** Undefined while it is being opened (milliseconds), null when this device does not hold it. */
export function useDraft(
  draftId: string,
  isText: ((key: string) => boolean) | undefined,
): DraftStore | null | undefined {
  const replica = useReplica()
  const drafts = useOpenDrafts()
  const [store, setStore] = useState<DraftStore | null>()
  useEffect(() => {
    if (replica === null || isText === undefined) return
    let gone = false
    let opened: DraftStore | null = null
    openDraftSource(replica, draftId).then((source) => {
      if (gone) return
      opened = source && createDraftStore({ source, timers: browserTimers, isText })
      if (opened) drafts.add(opened)
      setStore(opened)
    })
    return () => {
      gone = true
      setStore(undefined)
      if (opened) drafts.remove(opened)
    }
  }, [replica, drafts, draftId, isText])
  return store
}

export const useDraftSnapshot = (store: DraftStore): DraftSnapshot =>
  useSyncExternalStore(store.subscribe, store.snapshot)
