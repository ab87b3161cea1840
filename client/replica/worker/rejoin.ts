/**
 * Builds from before took a long creation apart, and the server, which reads it as a whole, refused each part. Here they are
 * one again, to be shown, retried and discarded: pure. SPEC: client/replica/SPEC.md, R61.
 */
import type { OutboxEntry } from './outbox-entry.ts'
import { STATE } from './sealed-rows.ts'

/** The refused parts of a creation, itself first; of anything else, itself alone. `all`: entries, by number. */
export function partsOf(entry: OutboxEntry, all: readonly OutboxEntry[]): readonly OutboxEntry[] {
  if (!isRefusedNew(entry)) return [entry]
  const refused = all.filter((other) => isRefusedNew(other) && isOfSame(other, entry))
  const first = refused.find(({ body }) => body !== undefined)
  if (first === undefined) return [entry]
  const parts = [first]
  for (const other of refused) if (other !== first && !sharesField(other, parts)) parts.push(other)
  return parts.includes(entry) ? parts : [entry]
}

/** Under the number of the first. */
export function rejoined(parts: readonly [OutboxEntry, ...OutboxEntry[]]): OutboxEntry {
  const [first, ...others] = parts
  if (others.length === 0) return first
  const covered = parts.flatMap((part) => part.covered ?? [])
  return {
    ...first,
    fields: parts.flatMap(({ fields }) => fields),
    ...(covered.length > 0 && { covered }),
  }
}

/** All entries, with each refused creation as one. */
export const wholes = (entries: readonly OutboxEntry[]): OutboxEntry[] =>
  entries.flatMap((entry) => {
    const [first = entry, ...others] = partsOf(entry, entries)
    return first === entry ? [rejoined([first, ...others])] : []
  })

const isRefusedNew = ({ state, baseRev }: OutboxEntry) => state === STATE.attention && baseRev === 0
const isOfSame = (a: OutboxEntry, b: OutboxEntry) => a.collection === b.collection && a.id === b.id
/** A change that was made to it later is another one. */
const sharesField = (entry: OutboxEntry, parts: readonly OutboxEntry[]) =>
  parts.some(({ fields }) => fields.some(([field]) => entry.fields.some(([name]) => name === field)))
