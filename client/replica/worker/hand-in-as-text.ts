/**
 * What the server cannot read as it is (too long for a packet, or against the protocol) is handed in as text, in pieces, before
 * the replica goes: people read it there. Nobody takes it for a change of the document. SPEC: client/replica/SPEC.md, R62.
 */
import type { ErrorCode } from '../../../shared/protocol/errors.ts'
import type { Mutation } from '../../../shared/protocol/messages.ts'
import type { PortalSocket } from '../../transport/socket.ts'
import type { OutboxEntry } from './outbox-entry.ts'
import type { ReplicaStore } from './replica-store.ts'
import { STATE } from './sealed-rows.ts'

/** At most three bytes each: far below a packet. */
const PIECE = 200_000
const LONGEST_NAME = 300
/** Builds from before did not say what the server has no copy of. These are the refusals of a whole message. */
const OF_A_MESSAGE = new Set<ErrorCode | undefined>(['invalid_message', 'too_large'])

export const isUnheard = ({ state, unheard, pieces, reason }: OutboxEntry): boolean =>
  state === STATE.attention && (unheard === true || (pieces === undefined && OF_A_MESSAGE.has(reason)))

/** The server's refusal, where it has one: the caller knows whether that is its last word. Rejects when no answer came. */
export async function handInAsText(
  door: Pick<PortalSocket, 'push'>,
  store: ReplicaStore,
  client: string,
): Promise<ErrorCode | null> {
  for (const entry of (await store.pending()).filter(isUnheard)) {
    const texts = piecesOf(entry)
    const numbers = await store.numberPieces(entry.n, texts.length)
    for (const [index, number] of numbers.entries()) {
      const mutation = asMutation(entry, number, texts[index] ?? '', `${index + 1}`)
      const reply = await door.push({ client, mutations: [mutation] })
      if ('error' in reply) return reply.error
    }
    await store.markHeard(entry.n, numbers)
  }
  return null
}

/** A name with a slash that is of no map: wherever it comes, it is kept apart (protocol P35). */
function asMutation(entry: OutboxEntry, number: number, text: string, place: string): Mutation {
  const [field, ...others] = entry.fields.map(([name]) => name)
  const name = field !== undefined && others.length === 0 ? field : 'all'
  const clock = entry.fields.reduce((newest, [, , at]) => Math.max(newest, at), 0)
  const path = `as-text/${name.slice(0, LONGEST_NAME)}/${place}`
  return [number, entry.collection, entry.id, entry.baseRev, clock, [[path, text]]]
}

function piecesOf({ fields }: OutboxEntry): string[] {
  const [only, ...others] = fields
  const isText = only !== undefined && others.length === 0 && typeof only[1] === 'string'
  const text = isText ? String(only[1]) : JSON.stringify(Object.fromEntries(fields))
  const pieces: string[] = []
  for (let at = 0; at < text.length || pieces.length === 0; ) {
    const end = at + PIECE
    // Not between the halves of a pair.
    const isSplit = /[\ud800-\udbff]/.test(text.charAt(end - 1)) && end < text.length
    pieces.push(text.slice(at, isSplit ? end - 1 : end))
    at = isSplit ? end - 1 : end
  }
  return pieces
}
