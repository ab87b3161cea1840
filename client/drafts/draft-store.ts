/**
 * One open draft: what the replica holds, overlaid with what has been typed and is not on disk yet.
 *
 * Invariant: a typed value leaves the overlay only after the write that holds it has succeeded. What another device
 * changed meanwhile shows at once, except under the client's own hands: long text is merged word by word, anything
 * else waits for the write, where the replica's merge keeps both.
 */
import type { AnswerValue, Draft } from '../../shared/domains/forms/schema.ts'
import { equalJson } from '../../shared/kernel/json.ts'
import { mergeText } from '../../shared/merge/text.ts'
import { createAutosave, type SaveState, type Timers } from './autosave.ts'
import type { DraftSource } from './draft-source.ts'

export interface DraftSnapshot {
  /** With what is typed and not yet written. */
  readonly draft: Draft
  readonly save: SaveState
  /** Long texts of another device that could not be merged with what was being typed, by answer key. */
  readonly displaced: ReadonlyMap<string, string>
}

export interface DraftStore {
  snapshot(): DraftSnapshot
  subscribe(listener: () => void): () => void
  /** Told only when one of these answers is another: a page may show hundreds, and a key changes one. */
  subscribeTo(keys: readonly string[], listener: () => void): () => void
  edit(key: string, value: AnswerValue | null): void
  editMany(changes: Iterable<readonly [key: string, value: AnswerValue | null]>): void
  /** Settles a contested question with this value; the other values stay in the server's history. */
  settle(key: string, answers: ReadonlyMap<string, AnswerValue | null>): Promise<void>
  /** Takes the displaced text instead of the current one, or forgets it. */
  resolveDisplaced(key: string, take: boolean): void
  /** Resolves when everything typed so far is durable. */
  flush(): Promise<void>
  /** Writes what is left. Rejects, and stays open with its attempts going on, if that did not succeed. */
  close(): Promise<void>
}

interface DraftStoreOptions {
  readonly source: DraftSource
  readonly timers: Timers
  /** Is this answer long text, merged by words? */
  readonly isText: (key: string) => boolean
  /** Displaced texts of an earlier visit, which the client has not decided about. */
  readonly displaced?: ReadonlyMap<string, string>
  /** Called with all of them whenever one comes or goes, so that they outlive the page. */
  readonly onDisplaced?: (displaced: ReadonlyMap<string, string>) => void
}

export function createDraftStore(options: DraftStoreOptions): DraftStore {
  const { source, timers, isText } = options
  let stored = source.first
  let save: SaveState = 'saved'
  let snapshot: DraftSnapshot | undefined
  /** Undefined: something of it is another. While nothing is, readers find the very same one, and draw nothing anew. */
  let draft: Draft | undefined
  let settling: string[] = []
  let closed = false
  const typed = new Map<string, AnswerValue | null>()
  /** The replica's value that the typed one started from. */
  const origin = new Map<string, AnswerValue | null>()
  /** What this store wrote last: the echo of it is no news. */
  const written = new Map<string, AnswerValue | null>()
  const displaced = new Map<string, string>(options.displaced)
  const listeners = new Set<() => void>()
  const answerListeners = new Map<string, Set<() => void>>()

  const overlaid = (before: Draft['answers'] | undefined): Draft => {
    const answers = new Map<string, AnswerValue>(Object.entries(stored.answers))
    for (const [key, value] of typed) {
      if (value === null) answers.delete(key)
      else answers.set(key, value)
    }
    // The echo of a write brings the same answers again.
    const same = before !== undefined && isSame(answers, before)
    return { ...stored, answers: same ? before : Object.fromEntries(answers) }
  }

  const publish = (): DraftSnapshot => {
    const before = snapshot?.draft.answers
    draft ??= overlaid(before)
    const now = { draft, save, displaced: new Map(displaced) }
    snapshot = now
    for (const listener of listeners) listener()
    if (before !== undefined && before !== draft.answers) tellOfAnswers(before, draft.answers)
    return now
  }

  const tellOfAnswers = (before: Draft['answers'], now: Draft['answers']) => {
    const told = new Set<() => void>()
    for (const [key, asking] of answerListeners)
      if (before[key] !== now[key]) for (const listener of asking) told.add(listener)
    for (const listener of told) listener()
  }

  const storedValue = (key: string): AnswerValue | null =>
    Object.hasOwn(stored.answers, key) ? (stored.answers[key] ?? null) : null

  const autosave = createAutosave({
    timers,
    onState: (state) => {
      save = state
      publish()
    },
    write: async () => {
      const batch = new Map(typed)
      const settled = settling
      if (batch.size === 0 && settled.length === 0) return
      for (const [key, value] of batch) written.set(key, value)
      settling = []
      try {
        await source.write({ answers: batch, textBases: basesOf(batch), settled })
      } catch (error) {
        settling = [...settled, ...settling]
        throw error
      }
      for (const [key, value] of batch) {
        if (equalJson(typed.get(key), value)) {
          draft = undefined
          typed.delete(key)
          origin.delete(key)
        } else origin.set(key, value)
      }
    },
  })

  const basesOf = (batch: ReadonlyMap<string, AnswerValue | null>) =>
    new Map(
      [...batch.keys()].flatMap((key) => {
        const from = origin.get(key)
        return isText(key) && typeof from === 'string' ? [[key, from] as const] : []
      }),
    )

  /** Carries one question's unsaved typing over onto what the replica brought for it. */
  const carryOver = (key: string, value: AnswerValue | null, incoming: AnswerValue | null) => {
    if (written.has(key) && equalJson(incoming, written.get(key) ?? null)) {
      origin.set(key, incoming)
      return
    }
    if (!isText(key) || typeof incoming !== 'string' || typeof value !== 'string') return
    const from = origin.get(key)
    const merge = mergeText(typeof from === 'string' ? from : '', incoming, value)
    if (merge.clean) {
      draft = undefined
      typed.set(key, merge.merged)
      // Perhaps after the write that held the unmerged text was handed over: this one has to be written too.
      autosave.touch()
    } else {
      displaced.set(key, incoming)
      options.onDisplaced?.(displaced)
    }
    origin.set(key, incoming)
  }

  /** The replica has a new version: what is being typed is carried over onto it. */
  const receive = (next: Draft) => {
    const previous = new Map([...typed.keys()].map((key) => [key, storedValue(key)]))
    stored = next
    draft = undefined
    for (const [key, value] of typed) {
      const incoming = storedValue(key)
      if (!equalJson(incoming, previous.get(key) ?? null)) carryOver(key, value, incoming)
    }
    publish()
  }

  const change = (changes: Iterable<readonly [key: string, value: AnswerValue | null]>) => {
    const changed = new Map(changes)
    for (const [key, value] of changed) {
      if (!typed.has(key)) origin.set(key, storedValue(key))
      typed.set(key, value)
    }
    // Not made from all that is stored and typed: this is what a key waits for.
    draft &&= withAnswers(draft, changed)
  }

  const store: DraftStore = {
    snapshot: () => snapshot ?? publish(),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    subscribeTo(keys, listener) {
      for (const key of keys) answerListeners.set(key, (answerListeners.get(key) ?? new Set()).add(listener))
      return () => {
        for (const key of keys) {
          const left = answerListeners.get(key)
          left?.delete(listener)
          if (left?.size === 0) answerListeners.delete(key)
        }
      }
    },
    edit: (key, value) => store.editMany([[key, value]]),
    editMany(changes) {
      change(changes)
      autosave.touch()
      publish()
    },
    async settle(key, answers) {
      change(answers)
      settling.push(key)
      autosave.touch()
      publish()
      await autosave.flush()
    },
    resolveDisplaced(key, take) {
      const text = displaced.get(key)
      displaced.delete(key)
      options.onDisplaced?.(displaced)
      if (take && text !== undefined) store.edit(key, text)
      else publish()
    },
    flush: () => autosave.flush(),
    async close() {
      if (closed) return
      await autosave.flush()
      closed = true
      subscription.unsubscribe()
      autosave.stop()
    },
  }
  publish()
  const subscription = source.changes.subscribe(receive)
  return store
}

const isSame = (answers: ReadonlyMap<string, AnswerValue>, before: Draft['answers']): boolean => {
  const keys = Object.keys(before)
  return keys.length === answers.size && keys.every((key) => equalJson(answers.get(key), before[key]))
}

/** The very same one where nothing of it is another. */
function withAnswers(draft: Draft, changes: ReadonlyMap<string, AnswerValue | null>): Draft {
  const others = [...changes].filter(([key, value]) => !equalJson(draft.answers[key] ?? null, value))
  if (others.length === 0) return draft
  const answers = { ...draft.answers }
  for (const [key, value] of others) {
    if (value === null) delete answers[key]
    else answers[key] = value
  }
  return { ...draft, answers }
}
