/**
 * What a push leaves behind, and nothing else: draft, place in the feed, former value, answer, audit row and head, written by
 * the product's own statements in one transaction for the whole group. Nobody is asked for, and nothing is opened, merged
 * or sealed; the rows have the sizes that they have in the product.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import { collections } from '../../sync-server/collections.ts'
import { CHAIN_START, type LinkedEvent } from '../../sync-server/platform/audit-chain.ts'
import { putLinkedAudit } from '../../sync-server/platform/audit-store.ts'
import { openDatabase } from '../../sync-server/platform/database.ts'
import type { ClientCipher } from '../../sync-server/platform/sealing.ts'
import { writeFlushes } from '../../sync-server/replication/flush.ts'
import { type LockedHead, lockHeads } from '../../sync-server/replication/head-store.ts'
import { createRegistry } from '../../sync-server/replication/registry.ts'

export interface FloorClient {
  readonly clientId: string
  readonly accountId: string
  readonly deviceId: string
  readonly draftId: string
  readonly definitionId: string
}

/** Bytes, as one answer of a draft of 30 answers makes them. */
const DRAFT = 2_400
const VALUE = 190
const drafts = createRegistry(collections).get('drafts')
const COLLECTION = COLLECTIONS.drafts.number

/** Writes one push each; no client may be in two groups at a time. */
export async function createFloorRows(
  url: string,
): Promise<(group: readonly FloorClient[]) => Promise<unknown>> {
  const database = await openDatabase({ url, poolSize: 1 })
  let number = 1_000_000
  return (group) =>
    database.direct(async (tx) => {
      const at = Date.now()
      const ids = group.map(({ clientId }) => clientId)
      const heads = await lockHeads(tx, ids, { wait: false })
      const pushes = group.map((client) => {
        number += 1
        return rowsOf(client, heads.get(client.clientId) as LockedHead, number, at)
      })
      const audit = pushes.map(({ linked }) => linked)
      await tx.commitWith(() =>
        Promise.all([
          writeFlushes(
            tx,
            pushes.map(({ flush }) => flush),
            at,
          ),
          putLinkedAudit(tx, audit),
        ]),
      )
    })
}

function rowsOf(client: FloorClient, head: LockedHead, number: number, at: number) {
  const { clientId, draftId: id, deviceId } = client
  const { cursor, audit } = head
  const [rev, seq] = [cursor.s + 1, cursor.s + 1]
  const body = { definitionId: client.definitionId, formKey: 'busy', status: 'draft', assignedAt: at }
  const document = { id, rev, seq, deleted: false, body, server: {}, marks: {}, updatedAt: at }
  const cipher = { seal: () => randomBytes(DRAFT) } as unknown as ClientCipher
  const history = {
    clientId,
    id: randomUUID(),
    tag: CHAIN_START.hash.slice(0, 43),
    entry: {
      collection: 'drafts' as const,
      id,
      kind: 'previous' as const,
      sinceRev: rev - 1,
      untilRev: rev,
      device: deviceId,
      at,
    },
    sealed: randomBytes(VALUE),
  }
  const linked: LinkedEvent = {
    event: {
      clientId,
      accountId: client.accountId,
      deviceId,
      role: 'client',
      action: 'sync.push',
      outcome: 'allowed',
      collection: COLLECTION,
      documentId: id,
      ip: '127.0.0.1',
      userAgent: 'floor',
      at,
    },
    chain: clientId,
    seq: audit.seq + 1,
    prevHash: audit.hash,
    hash: audit.hash,
  }
  const flush = {
    documents: drafts.store.seal({ tx: undefined as never, clientId, cipher }, [
      { document, replaces: true },
    ]),
    feed: [{ clientId, moves: true, seq, collection: COLLECTION, documentId: id, rev, deleted: false }],
    history: [history],
    quarantine: [],
    answers: [
      {
        answer: [number, 0, rev, at] as const,
        content: history.tag,
        collection: COLLECTION,
        documentId: id,
        clientId,
        deviceId,
      },
    ],
    advance: [
      { clientId, from: cursor, to: { ...cursor, s: seq }, audit: { seq: linked.seq, hash: linked.hash } },
    ],
    jobs: [],
  }
  return { flush, linked }
}
