/** Where a draft's answers are read from and written to: one document of the replica. */
import { map, type Observable } from 'rxjs'
import type { AnswerValue, Draft } from '../../shared/domains/forms/schema.ts'
import { mergeText } from '../../shared/merge/text.ts'
import type { ReplicaDatabase } from '../replica/replica-database.ts'

export interface DraftWrite {
  /** By answer key; null takes the answer away. */
  readonly answers: ReadonlyMap<string, AnswerValue | null>
  /** Of long texts: what the typing started from, so that another device's words of this moment are kept. */
  readonly textBases?: ReadonlyMap<string, string>
  /** Questions whose second answer the client has dealt with. */
  readonly settled?: readonly string[]
}

export interface DraftSource {
  readonly first: Draft
  readonly changes: Observable<Draft>
  /** Resolves when the change is sealed on disk. */
  write(change: DraftWrite): Promise<void>
}

/** Pure: the document after a change. The first answer makes an assignment a draft. */
export function changedDraft(before: Draft, change: DraftWrite, now: number): Draft {
  const { answers, textBases, settled = [] } = change
  const after = new Map<string, AnswerValue>(Object.entries(before.answers))
  for (const [key, value] of answers) {
    const base = textBases?.get(key)
    if (value === null) after.delete(key)
    else after.set(key, base === undefined ? value : withWordsOf(after.get(key), base, value))
  }
  const contested = Object.entries(before.contested).filter(([key]) => !settled.includes(key))
  return {
    ...before,
    status: before.status === 'assigned' && answers.size > 0 ? 'draft' : before.status,
    answers: Object.fromEntries(after),
    contested: Object.fromEntries(contested),
    updatedAt: now,
  }
}

/** The typed text with what another device changed since it was begun; alone where both changed the same words. */
function withWordsOf(current: AnswerValue | undefined, base: string, typed: AnswerValue): AnswerValue {
  if (typeof typed !== 'string' || typeof current !== 'string' || current === base) return typed
  const merge = mergeText(base, current, typed)
  return merge.clean ? merge.merged : typed
}

/** Null when this device does not hold the draft. */
export async function openDraftSource(
  replica: ReplicaDatabase,
  draftId: string,
): Promise<DraftSource | null> {
  const document = await replica.drafts.findOne(draftId).exec()
  if (document === null) return null
  return {
    first: document.toMutableJSON(),
    changes: document.$.pipe(map((latest) => latest.toMutableJSON())),
    async write(change) {
      await document.incrementalModify((before) => changedDraft(before, change, Date.now()))
    },
  }
}
