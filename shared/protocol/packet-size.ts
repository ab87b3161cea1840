/** Does a mutation fit into a packet of its own? Neither way to the server carries more. SPEC: shared/protocol/SPEC.md, P35. */
import { utf8 } from '../crypto/bytes.ts'
import type { Mutation } from './messages.ts'
import { pack } from './packed-json.ts'
import { LIMITS } from './terms.ts'

/** A UTF-16 unit has three bytes at most, and no packed value more than three times its JSON. */
const MOST_BYTES_A_CHARACTER = 3

/** As JSON, which HTTP carries, and packed, as a socket does: fractions take more there. */
export function fitsPacket(mutation: Mutation): boolean {
  const json = JSON.stringify(mutation)
  if (json.length * MOST_BYTES_A_CHARACTER <= LIMITS.mutationBytes) return true
  return utf8(json).length <= LIMITS.mutationBytes && pack(mutation).length <= LIMITS.mutationBytes
}
