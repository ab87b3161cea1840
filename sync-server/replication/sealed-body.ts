/**
 * What is sealed of a document. Marks are most of a long draft: each device is written once, and every mark is a short
 * list. Bodies that were sealed before are read as they are.
 */
import type { JsonObject } from '../../shared/kernel/json.ts'
import type { Author, FieldMark, FieldMarks } from '../../shared/merge/three-way.ts'
import type { StoredDocument } from './collection.ts'

export type DocumentBody = Pick<StoredDocument, 'body' | 'server' | 'marks'>

type PackedAuthor = readonly [at: number, device: number]
type PackedMark = readonly [rev: number, at: number, device: number, ...agreed: PackedAuthor[]]
interface PackedBody {
  readonly body: JsonObject
  readonly server: JsonObject
  /** Devices of the marks, by their places. */
  readonly by: readonly (string | null)[]
  readonly packed: { readonly [field: string]: PackedMark }
}

export function packedBody({ body, server, marks }: DocumentBody): PackedBody {
  const by: (string | null)[] = []
  const placeOf = (device: string | null) => {
    const known = by.indexOf(device)
    return known >= 0 ? known : by.push(device) - 1
  }
  const pack = ({ rev, at, device, agreed = [] }: FieldMark): PackedMark => [
    rev,
    at,
    placeOf(device),
    ...agreed.map((author): PackedAuthor => [author.at, placeOf(author.device)]),
  ]
  const packed: { [field: string]: PackedMark } = Object.create(null)
  for (const field of Object.keys(marks)) packed[field] = pack(marks[field] as FieldMark)
  return { body, server, by, packed }
}

/** Sealed here, so what it was. */
export function unpackedBody(value: unknown): DocumentBody {
  const sealed = value as PackedBody | DocumentBody
  if ('marks' in sealed) return sealed
  const { body, server, by, packed } = sealed
  const deviceAt = (place: number) => by[place] ?? null
  const unpack = ([rev, at, device, ...agreed]: PackedMark): FieldMark => {
    const mark = { rev, at, device: deviceAt(device) }
    if (agreed.length === 0) return mark
    return { ...mark, agreed: agreed.map(([when, who]): Author => ({ at: when, device: deviceAt(who) })) }
  }
  // Whoever only reads, as a pull does, needs none, and they are more than the answers.
  let marks: FieldMarks | undefined
  return {
    body,
    server,
    get marks() {
      // Defines, so that `__proto__` is a field like any other.
      marks ??= Object.fromEntries(
        Object.keys(packed).map((field) => [field, unpack(packed[field] as PackedMark)]),
      )
      return marks
    },
  }
}
