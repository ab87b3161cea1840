/**
 * What one server tells the others. Text on the way, because servers of two versions may run beside each other while
 * a new one is rolled out: a kind that is not known here is passed over.
 */
import { z } from 'zod'
import type { Changes, Revoke, Wipe } from '../../shared/protocol/messages.ts'

// Sealed on the way, so made by a server of ours: looked at for its kind, not walked again.
const Notice = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('changes'),
    changes: z.custom<Changes>(),
    origin: z.string().nullable(),
    /** When the server that told of it took it, ms; what was found in the database has none. */
    at: z.number().optional(),
  }),
  z.object({ kind: z.literal('session'), session: z.string() }),
  z.object({ kind: z.literal('replaced'), replica: z.string(), by: z.string(), since: z.number() }),
  z.object({ kind: z.literal('wipe'), device: z.string(), message: z.custom<Wipe>() }),
  z.object({ kind: z.literal('regrant'), account: z.string(), client: z.string() }),
  z.object({ kind: z.literal('revoke'), account: z.string(), message: z.custom<Revoke>() }),
])
export type Notice = z.infer<typeof Notice>

/** Bytes above which the rows stay in the database: the devices are told the position and pull. */
const LARGEST = 65_536

export function encodeNotice(notice: Notice): string {
  const text = JSON.stringify(notice)
  if (notice.kind !== 'changes' || text.length <= LARGEST) return text
  return JSON.stringify({ ...notice, changes: positionOnly(notice.changes) })
}

/** Undefined for what this build does not know. */
export function decodeNotice(text: string): Notice | undefined {
  const parsed = Notice.safeParse(JSON.parse(text))
  return parsed.success ? parsed.data : undefined
}

/** "Something changed up to here": whoever is not there yet finds that rows are missing, and pulls them (P16). */
export const positionOnly = ({ client, to }: Pick<Changes, 'client' | 'to'>): Changes => ({
  client,
  from: to.s,
  to,
  rows: [],
})
