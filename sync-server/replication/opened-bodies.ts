/**
 * Bodies that were opened or sealed a moment ago: whoever types on pushes the same draft again. What is remembered is
 * used only where the row still begins with the very envelope it came from (its nonce was drawn for one sealing), as
 * read in the transaction that holds the client's lock. So it is never older than the row, whoever wrote that.
 */
import type { DocumentBody } from './sealed-body.ts'

export interface OpenedBody {
  /** Of the envelope: what no other has. */
  readonly start: Uint8Array
  readonly size: number
  /** Never changed in place. */
  readonly body: DocumentBody
}
export interface OpenedBodies {
  find(clientId: string, id: string): OpenedBody | undefined
  remember(clientId: string, id: string, envelope: Uint8Array, body: DocumentBody): void
  forget(clientId: string): void
}

/** Of envelopes; opened they take a few times as much. */
const BYTES_KEPT = 8_000_000
/** A larger one is rare, and would push many others out. */
const LARGEST = 64_000
/** Version, key, salt and nonce, however long the key's name is. */
const START = 104

export function createOpenedBodies(): OpenedBodies {
  const kept = new Map<string, OpenedBody>()
  let bytes = 0
  const forget = (key: string) => {
    bytes -= kept.get(key)?.size ?? 0
    kept.delete(key)
  }
  return {
    find: (clientId, id) => kept.get(clientId + id),
    forget(clientId) {
      for (const key of [...kept.keys()]) if (key.startsWith(clientId)) forget(key)
    },
    remember(clientId, id, envelope, body) {
      const key = clientId + id
      const size = envelope.length
      forget(key)
      if (size > LARGEST) return
      // The latest stands last.
      kept.set(key, { start: Uint8Array.from(envelope.subarray(0, START)), size, body })
      bytes += size
      for (const oldest of kept.keys()) {
        if (bytes <= BYTES_KEPT) break
        forget(oldest)
      }
    },
  }
}
