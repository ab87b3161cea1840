/**
 * A statement and its entries: what the record system says is posted as what is missing, and the statement's balance is
 * the sum of its entries, written into it in the same transaction. SPEC: shared/domains/billing/SPEC.md, B1 to B4.
 */
import {
  balanceOf,
  type Fed,
  NO_SUMS,
  paidOf,
  postingsFor,
  type StatementSums,
  statusOf,
} from '../../../shared/domains/billing/ledger.ts'
import { Statement } from '../../../shared/domains/billing/schema.ts'
import type { Json, JsonObject } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { StoredDocument } from '../../replication/collection.ts'
import { toClient } from '../../replication/document-store.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import { addEntries, countEntries, type NewEntry, readSums } from './ledger-store.ts'

const NO_STATEMENT = refusal('invalid_document', 'This does not belong into billing.')
const collection = 'billing'

const sumsOf = async ({ scope: { tx, clientId } }: WorkingSet, id: string): Promise<StatementSums> =>
  (await readSums(tx, clientId, [id])).get(id) ?? NO_SUMS

/** What the record system said last. Of statements from before there was a ledger, what stands in them. */
export const fedOf = ({ body, server }: Pick<StoredDocument, 'body' | 'server'>): Fed => ({
  total: Number(body.total),
  balance: Number(server.fedBalance ?? body.balance),
  isVoid: body.status === 'void',
})

function derived(document: StoredDocument, sums: StatementSums, fed: Fed): JsonObject {
  const balance = balanceOf(sums)
  const paid = paidOf(sums)
  const { paid: _, ...rest } = document.body
  return {
    ...rest,
    ...(sums.payments === 0 ? {} : { paid }),
    balance,
    status: statusOf(balance, fed.isVoid),
  }
}

const isSame = (a: JsonObject, b: JsonObject) =>
  (['balance', 'status', 'paid'] as const).every((field) => a[field] === b[field])

/** Puts the balance of the entries into the statement; `moved`: it has a new revision in this transaction already. */
async function writeBalance(
  work: WorkingSet,
  document: StoredDocument,
  { sums, fed, moved }: { readonly sums: StatementSums; readonly fed: Fed; readonly moved: boolean },
): Promise<Result<StoredDocument, Refusal>> {
  const body = derived(document, sums, fed)
  const changed = !isSame(body, document.body)
  const after: StoredDocument = {
    ...document,
    body,
    rev: changed && !moved ? document.rev + 1 : document.rev,
    server: { ...document.server, fedBalance: fed.balance },
    updatedAt: changed ? work.receivedAt : document.updatedAt,
  }
  if (!Statement.safeParse(toClient(after)).success) return err(NO_STATEMENT)
  work.stage(collection, after)
  return ok(after)
}

/** What the record system says now, as entries. Last, when nothing can refuse any more. */
export async function postFed(
  work: WorkingSet,
  document: StoredDocument,
  fed: Fed,
  moved: boolean,
): Promise<Result<StoredDocument, Refusal>> {
  const { tx, clientId } = work.scope
  const sums = await sumsOf(work, document.id)
  const { charge, recorded } = postingsFor(sums, fed)
  const after = { ...sums, charges: sums.charges + charge, recorded: sums.recorded + recorded }
  const written = await writeBalance(work, document, { sums: after, fed, moved })
  if (!written.ok || (charge === 0 && recorded === 0)) return written
  const prefix = `record:${document.id}:`
  const place = await countEntries(tx, clientId, prefix)
  const common = {
    origin: 'record',
    statementId: document.id,
    currency: String(document.body.currency),
  } as const
  const entries: readonly NewEntry[] = [
    { ...common, source: `${prefix}${place}`, kind: 'charge', amount: charge },
    { ...common, source: `${prefix}${place + (charge === 0 ? 0 : 1)}`, kind: 'adjustment', amount: recorded },
  ]
  await addEntries(tx, clientId, entries, work.receivedAt)
  return written
}

/** Of statements from before there was a ledger: they get the entries that make what stands in them. */
export async function openAccount(work: WorkingSet, document: StoredDocument): Promise<void> {
  const known = await readSums(work.scope.tx, work.scope.clientId, [document.id])
  if (!known.has(document.id)) await postFed(work, document, fedOf(document), false)
}

/** Adds entries that are not there yet, and puts the new balances into their statements. */
export async function post(
  work: WorkingSet,
  entries: readonly NewEntry[],
  more: Readonly<Record<string, Json>> = {},
): Promise<readonly NewEntry[]> {
  const { tx, clientId } = work.scope
  const added = await addEntries(tx, clientId, entries, work.receivedAt)
  for (const id of new Set(added.map(({ statementId }) => statementId))) {
    const document = await work.load(collection, id)
    // The entry counts nevertheless: the statement may have been taken back meanwhile.
    if (document === undefined) continue
    const sums = await sumsOf(work, id)
    const written = await writeBalance(
      work,
      { ...document, body: { ...document.body, ...more } },
      { sums, fed: fedOf(document), moved: false },
    )
    if (!written.ok) throw new Error('A balance is beyond what a statement can say.')
  }
  return added
}
