/** What an answer was before: replaced and losing values of the draft that a submission came from, by answer key. */
import type { Json } from '../../../shared/kernel/json.ts'
import type { StoredDocument } from '../../replication/collection.ts'
import { readDeviceNames } from '../../replication/device-name-store.ts'
import { readHistory } from '../../replication/field-history-store.ts'
import type { ReadSession } from '../../replication/read-record.ts'

export interface EarlierAnswer {
  readonly value: Json
  /** `lost`: another device's answer won the conflict. */
  readonly kind: 'previous' | 'submitted' | 'lost'
  /** Empty where several devices made it together. */
  readonly deviceName: string
  /** ms */
  readonly at: number
}
export type AnswerHistory = { readonly [answerKey: string]: readonly EarlierAnswer[] }

const ANSWERS = 'answers/'

export async function readAnswerHistory(
  { scope, unreadable }: ReadSession,
  submission: StoredDocument,
): Promise<AnswerHistory> {
  const entries = (
    await readHistory(scope, { collection: 'drafts', id: String(submission.body.draftId) }, unreadable)
  ).filter(({ field }) => field.startsWith(ANSWERS))
  const devices = new Set(entries.flatMap(({ device }) => device ?? []))
  const names = await readDeviceNames(scope.tx, [...devices])
  const byKey: Record<string, EarlierAnswer[]> = Object.create(null)
  for (const { field, value, kind, device, at } of entries) {
    const key = field.slice(ANSWERS.length)
    const earlier = { value, kind, at, deviceName: device === null ? '' : (names.get(device) ?? '') }
    byKey[key] = [...(byKey[key] ?? []), earlier]
  }
  return { ...byKey }
}
