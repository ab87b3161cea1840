/**
 * What follows from an answer (questions that it asks for, what is calculated from it, what it calls for) is drawn in the
 * frame after the answer's own: a key shows at once, however large the form is. Whoever goes on before that frame, with
 * the next key or a touch, finds it drawn.
 */
import type { Draft } from '../../shared/domains/forms/schema.ts'
import type { DraftStore } from './draft-store.ts'

export interface Follower {
  /** Changes only when listeners are told. */
  draft(): Draft
  subscribe(listener: () => void): () => void
  /** What `edit` changes may wait for the next frame; any other change is followed at once. */
  typing(edit: () => void): void
}

/** Calls back once, later; returns the way to call it off. */
export type Later = (callback: () => void) => () => void

export function createFollower(store: Pick<DraftStore, 'snapshot' | 'subscribe'>, later: Later): Follower {
  let { draft } = store.snapshot()
  let isTyping = false
  let callOff: (() => void) | undefined
  let leave: (() => void) | undefined
  const listeners = new Set<() => void>()
  const catchUp = () => {
    callOff?.()
    callOff = undefined
    const { draft: now } = store.snapshot()
    if (now === draft) return
    draft = now
    for (const listener of listeners) listener()
  }
  const heard = () => {
    if (store.snapshot().draft === draft) return
    if (isTyping) callOff ??= later(catchUp)
    // What waits for its frame anyway does not wait longer, and nothing else is held up by it.
    else if (callOff === undefined) catchUp()
  }
  return {
    draft() {
      if (listeners.size === 0) draft = store.snapshot().draft
      return draft
    },
    subscribe(listener) {
      listeners.add(listener)
      leave ??= store.subscribe(heard)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        leave?.()
        callOff?.()
        leave = callOff = undefined
      }
    },
    typing(edit) {
      isTyping = true
      try {
        edit()
      } finally {
        isTyping = false
      }
    },
  }
}

/** A tab that nobody sees draws no frames. */
const UNSEEN_MS = 100

/** When the frame was handed over that shows what is changed now, and before anything else is pressed. */
export const afterFrame: Later = (callback) => {
  const call = () => {
    callOff()
    callback()
  }
  const frame = requestAnimationFrame(() => {
    clearTimeout(timer)
    timer = window.setTimeout(call)
  })
  let timer = window.setTimeout(call, UNSEEN_MS)
  const callOff = () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    removeEventListener('keydown', call, true)
    removeEventListener('pointerdown', call, true)
  }
  addEventListener('keydown', call, true)
  addEventListener('pointerdown', call, true)
  return callOff
}

const followers = new WeakMap<DraftStore, Follower>()
/** One for each store: all that follows is drawn together. */
export function followerOf(store: DraftStore): Follower {
  const known = followers.get(store) ?? createFollower(store, afterFrame)
  followers.set(store, known)
  return known
}
