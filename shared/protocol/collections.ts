/**
 * The twelve collections of a client's replica: their wire numbers and which of their properties are maps whose
 * entries merge one by one. Numbers are part of the protocol and are never reused. SPEC: shared/protocol/SPEC.md, P1.
 */
export interface CollectionSpec {
  readonly number: number
  /** Properties that are maps: each entry is a field of its own (`answers/phq9-1`). */
  readonly maps: readonly string[]
  /** May a client's device write to it at all? (The server decides; this only saves a useless attempt.) */
  readonly clientWrites: boolean
}

export const COLLECTIONS = {
  appointments: { number: 1, maps: [], clientWrites: false },
  requests: { number: 2, maps: [], clientWrites: true },
  messages: { number: 3, maps: [], clientWrites: true },
  receipts: { number: 4, maps: [], clientWrites: true },
  definitions: { number: 5, maps: [], clientWrites: false },
  drafts: { number: 6, maps: ['answers', 'contested'], clientWrites: true },
  submissions: { number: 7, maps: [], clientWrites: true },
  medications: { number: 8, maps: [], clientWrites: false },
  documents: { number: 9, maps: [], clientWrites: false },
  billing: { number: 10, maps: [], clientWrites: false },
  profile: { number: 11, maps: ['preferences'], clientWrites: true },
  notices: { number: 12, maps: [], clientWrites: true },
} as const satisfies Record<string, CollectionSpec>

export type CollectionName = keyof typeof COLLECTIONS
export const COLLECTION_NAMES = Object.keys(COLLECTIONS) as CollectionName[]

const byNumber = new Map<number, CollectionName>(
  COLLECTION_NAMES.map((name) => [COLLECTIONS[name].number, name]),
)
export const collectionByNumber = (number: number): CollectionName | undefined => byNumber.get(number)
