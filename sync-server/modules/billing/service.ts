/** Statements, payments and the balance as REST knows them, for clients and those who act for them. */
import type { Payment, Statement } from '../../../shared/domains/billing/schema.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { IdPage } from '../../platform/list-position.ts'
import type { PageInput } from '../../replication/across-clients.ts'
import type { Actor } from '../../replication/actor.ts'
import { type Permit, readersOf } from '../../replication/client-access-store.ts'
import type { ReadSession } from '../../replication/read-record.ts'
import type { Replication } from '../../replication/replication.ts'
import { badCursor, type Page, type Revised, revised } from '../../replication/revised.ts'
import { readClientName } from '../../replication/staff-member-store.ts'
import { readBalances } from './ledger-store.ts'
import { type PracticeRow, readPaymentIds, readPracticeOf, readStatementIds } from './reader.ts'

type Answer<T> = Promise<Result<T, Refusal>>
export interface Balances {
  /** A number for each currency; less than nothing: the practice owes it. */
  readonly balances: readonly { readonly currency: string; readonly amount: number }[]
}
export interface Paper {
  readonly fileName: string
  readonly bytes: Uint8Array
}
interface Where {
  readonly practice: PracticeRow
  readonly client: string
}

const MOST = 100
const NOTHING = refusal('not_found', 'There is nothing here.')

/** When the first is asked for: what writes PDFs takes a while to load. */
const papers = () => import('./papers.ts')

export function createBillingService({ replication }: { readonly replication: Replication }) {
  const read = <T>(
    actor: Actor,
    clientId: string,
    what: { readonly action: string; readonly documentId?: string; readonly permit?: Permit },
    count: (value: T) => number,
    run: (session: ReadSession) => Answer<T>,
  ): Answer<T> =>
    replication.read({
      actor,
      clientId,
      action: what.action,
      permit: what.permit ?? readersOf('billing'),
      onDevice: false,
      run,
      describe: (value) => ({
        collection: COLLECTIONS.billing.number,
        documentId: what.documentId ?? null,
        count: count(value),
      }),
    })

  const list = <T>(
    actor: Actor,
    clientId: string,
    action: string,
    find: (session: ReadSession) => Promise<IdPage | null>,
  ) =>
    read<Page<Revised<T>>>(
      actor,
      clientId,
      { action },
      ({ items }) => items.length,
      async (session) => {
        const page = await find(session)
        if (page === null) return err(badCursor)
        const items = await session.documents('billing', page.ids)
        return ok({ items: items.map((each) => revised<T>(each)), next: page.next })
      },
    )

  const one = async <T>(
    session: ReadSession,
    type: 'statement' | 'payment',
    id: string,
  ): Answer<Revised<T>> => {
    const [stored] = await session.documents('billing', [id])
    return stored?.body.type === type ? ok(revised<T>(stored)) : err(NOTHING)
  }
  const get = <T>(actor: Actor, clientId: string, type: 'statement' | 'payment', id: string) =>
    read<Revised<T>>(
      actor,
      clientId,
      { action: `billing.${type}`, documentId: id },
      () => 1,
      (session) => one<T>(session, type, id),
    )

  const paper = <T>(
    asked: { readonly actor: Actor; readonly clientId: string; readonly permit: Permit | undefined },
    type: 'statement' | 'payment',
    id: string,
    make: (document: T, where: Where) => Promise<Paper>,
  ) =>
    read<Paper>(
      asked.actor,
      asked.clientId,
      { action: `billing.${type}-pdf`, documentId: id, ...(asked.permit && { permit: asked.permit }) },
      () => 1,
      async (session) => {
        const found = await one<T>(session, type, id)
        if (!found.ok) return found
        const { tx } = session.scope
        const practice = await readPracticeOf(tx, asked.clientId)
        return ok(await make(found.value, { practice, client: await readClientName(tx, asked.clientId) }))
      },
    )

  return {
    statements: (actor: Actor, clientId: string, { cursor, limit = 50 }: PageInput) =>
      list<Statement>(actor, clientId, 'billing.statements', ({ scope }) =>
        readStatementIds(scope.tx, clientId, { cursor, limit: Math.min(limit, MOST) }),
      ),
    payments: (actor: Actor, clientId: string, { cursor, limit = 50 }: PageInput) =>
      list<Payment>(actor, clientId, 'billing.payments', ({ scope }) =>
        readPaymentIds(scope.tx, clientId, { cursor, limit: Math.min(limit, MOST) }),
      ),
    statement: (actor: Actor, clientId: string, id: string) =>
      get<Statement>(actor, clientId, 'statement', id),
    payment: (actor: Actor, clientId: string, id: string) => get<Payment>(actor, clientId, 'payment', id),
    balance: (actor: Actor, clientId: string): Answer<Balances> =>
      read<Balances>(
        actor,
        clientId,
        { action: 'billing.balance' },
        () => 1,
        async ({ scope }) => ok({ balances: await readBalances(scope.tx, clientId) }),
      ),
    statementPdf: (actor: Actor, clientId: string, id: string, locale: string, permit?: Permit) =>
      paper<Statement>({ actor, clientId, permit }, 'statement', id, async (statement, where) =>
        (await papers()).statementPaper(statement, where, locale),
      ),
    receiptPdf: (actor: Actor, clientId: string, id: string, locale: string, permit?: Permit) =>
      paper<Payment>({ actor, clientId, permit }, 'payment', id, async (payment, where) =>
        (await papers()).paymentPaper(payment, where, locale),
      ),
  }
}
export type BillingService = ReturnType<typeof createBillingService>
