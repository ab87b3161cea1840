/** Payments that were begun, what each is for, and refunds that were decided; who holds the client's head writes. */
import type { Share } from '../../../shared/domains/billing/ledger.ts'
import type { SqlTransaction } from '../../platform/database.ts'
import type { Role } from '../../replication/actor.ts'

export type AttemptState = 'open' | 'succeeded' | 'failed'
export interface Attempt {
  readonly id: string
  readonly clientId: string
  readonly accountId: string
  readonly practiceId: string
  readonly amount: number
  readonly currency: string
  readonly way: 'checkout' | 'saved'
  readonly methodId: string | null
  readonly state: AttemptState
  readonly sessionId: string | null
  readonly intentId: string | null
  readonly checks: number
  readonly looks: number
  readonly createdAt: Date
}
type Where = Pick<SqlTransaction, '$queryRaw'>

export async function addAttempt(
  tx: SqlTransaction,
  attempt: Omit<Attempt, 'state' | 'sessionId' | 'intentId' | 'checks' | 'looks' | 'createdAt'>,
  shares: readonly Share[],
  at: { readonly now: number; readonly checkAt: number },
): Promise<void> {
  const { id, clientId, accountId, practiceId, amount, currency, way, methodId } = attempt
  await tx.$executeRaw`
    INSERT INTO portal.payment_attempt (client_id, id, account_id, practice_id, amount_minor, currency, way, method_id,
      state, check_at, created_at)
    VALUES (${clientId}::uuid, ${id}::uuid, ${accountId}::uuid, ${practiceId}::uuid, ${amount}::integer, ${currency},
      ${way}, ${methodId}::text, 'open', ${new Date(at.checkAt)}::timestamptz, ${new Date(at.now)}::timestamptz)`
  for (const [place, share] of shares.entries())
    await tx.$executeRaw`
      INSERT INTO portal.payment_share (client_id, payment_id, statement_id, place, amount_minor)
      VALUES (${clientId}::uuid, ${id}::uuid, ${share.statementId}::uuid, ${place}::integer, ${share.amount}::integer)`
}

/** By its id, or by what the payment service calls it. */
export async function findAttempt(
  tx: Where,
  by: { readonly payment: string } | { readonly intentId: string },
): Promise<Attempt | undefined> {
  const id = 'payment' in by ? by.payment : null
  const intent = 'intentId' in by ? by.intentId : null
  const [row] = await tx.$queryRaw<Attempt[]>`
    SELECT id, client_id AS "clientId", account_id AS "accountId", practice_id AS "practiceId",
      amount_minor AS amount, currency, way, method_id AS "methodId", state, session_id AS "sessionId",
      intent_id AS "intentId", checks, looks, created_at AS "createdAt"
    FROM portal.payment_attempt WHERE id = ${id}::uuid OR intent_id = ${intent}::text`
  return row
}

/** Of anybody, for one of these statements, not settled yet. */
export const findOpenAttempts = (
  tx: Where,
  clientId: string,
  statementIds: readonly string[],
): Promise<readonly Attempt[]> => tx.$queryRaw<Attempt[]>`
  SELECT DISTINCT a.id, a.client_id AS "clientId", a.account_id AS "accountId", a.practice_id AS "practiceId",
    a.amount_minor AS amount, a.currency, a.way, a.method_id AS "methodId", a.state, a.session_id AS "sessionId",
    a.intent_id AS "intentId", a.checks, a.looks, a.created_at AS "createdAt"
  FROM portal.payment_attempt a
  JOIN portal.payment_share s ON s.client_id = a.client_id AND s.payment_id = a.id
  WHERE a.client_id = ${clientId}::uuid AND a.state = 'open'
    AND s.statement_id = ANY(string_to_array(${statementIds.join(' ')}, ' ')::uuid[])`

export const readShares = (tx: Where, clientId: string, paymentId: string): Promise<readonly Share[]> =>
  tx.$queryRaw<Share[]>`
    SELECT statement_id AS "statementId", amount_minor AS amount FROM portal.payment_share
    WHERE client_id = ${clientId}::uuid AND payment_id = ${paymentId}::uuid ORDER BY place`

/** Those that nobody has told of for long enough, whoever's. */
export const findUnsettled = (tx: Where, now: number, limit: number): Promise<readonly { id: string }[]> =>
  tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM portal.payment_attempt
    WHERE check_at <= ${new Date(now)}::timestamptz ORDER BY check_at, id LIMIT ${limit}`

export const putOffCheck = (tx: SqlTransaction, id: string, checkAt: number | null): Promise<number> =>
  tx.$executeRaw`
    UPDATE portal.payment_attempt
    SET checks = checks + 1, check_at = ${checkAt === null ? null : new Date(checkAt)}::timestamptz
    WHERE id = ${id}::uuid AND check_at IS NOT NULL`

export const setReference = (
  tx: SqlTransaction,
  id: string,
  {
    sessionId,
    intentId,
  }: { readonly sessionId?: string | undefined; readonly intentId?: string | undefined },
): Promise<number> => tx.$executeRaw`
  UPDATE portal.payment_attempt SET session_id = coalesce(session_id, ${sessionId ?? null}::text),
    intent_id = coalesce(intent_id, ${intentId ?? null}::text) WHERE id = ${id}::uuid`

export const setState = (tx: SqlTransaction, id: string, state: AttemptState, now: number): Promise<number> =>
  tx.$executeRaw`
    UPDATE portal.payment_attempt SET state = ${state}, settled_at = ${new Date(now)}::timestamptz, check_at = NULL
    WHERE id = ${id}::uuid AND state <> ${state}`

/** What was looked up is booked now: whoever began to look before this looks again. */
export const countLook = (tx: SqlTransaction, id: string): Promise<number> => tx.$executeRaw`
  UPDATE portal.payment_attempt SET looks = looks + 1 WHERE id = ${id}::uuid`

export interface PayerRow {
  readonly role: Role
  readonly name: string
}
export async function readPayer(tx: Where, accountId: string): Promise<PayerRow | undefined> {
  const [row] = await tx.$queryRaw<PayerRow[]>`
    SELECT role, name FROM portal.portal_account WHERE id = ${accountId}::uuid`
  return row
}

export async function readCustomer(tx: Where, accountId: string): Promise<string | undefined> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    SELECT customer_id AS id FROM portal.payment_customer WHERE account_id = ${accountId}::uuid`
  return row?.id
}
export const addCustomer = (tx: SqlTransaction, accountId: string, customerId: string, now: number) =>
  tx.$executeRaw`
    INSERT INTO portal.payment_customer (account_id, customer_id, created_at)
    VALUES (${accountId}::uuid, ${customerId}, ${new Date(now)}::timestamptz) ON CONFLICT (account_id) DO NOTHING`
/** Where the payment service does not know the one from before any more; nothing where somebody was faster. */
export const replaceCustomer = (tx: SqlTransaction, accountId: string, before: string, customerId: string) =>
  tx.$executeRaw`
    UPDATE portal.payment_customer SET customer_id = ${customerId}
    WHERE account_id = ${accountId}::uuid AND customer_id = ${before}`
/** Of the record's own account. */
export async function readCustomersOf(tx: Where, clientId: string): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT c.customer_id AS id FROM portal.payment_customer c JOIN portal.portal_account a ON a.id = c.account_id
    WHERE a.client_id = ${clientId}::uuid AND a.role = 'client'`
  return rows.map(({ id }) => id)
}

/** Whose record and account those are; undefined where there is none, or it was erased. */
export async function readLivingPractice(
  tx: Where,
  { clientId, accountId }: { readonly clientId: string; readonly accountId: string },
): Promise<string | undefined> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    SELECT c.practice_id AS id FROM portal.client c JOIN portal.portal_account a ON a.id = ${accountId}::uuid
    WHERE c.client_id = ${clientId}::uuid AND c.shredded_at IS NULL`
  return row?.id
}

/** False: it was told before. */
export async function noteEvent(tx: SqlTransaction, id: string, now: number): Promise<boolean> {
  const added = await tx.$executeRaw`
    INSERT INTO portal.payment_event (id, at) VALUES (${id}, ${new Date(now)}::timestamptz) ON CONFLICT (id) DO NOTHING`
  return added === 1
}
export const forgetEvents = (tx: SqlTransaction, before: number): Promise<number> =>
  tx.$executeRaw`DELETE FROM portal.payment_event WHERE at < ${new Date(before)}::timestamptz`

export interface RefundRow {
  readonly id: string
  readonly amount: number
  readonly state: 'open' | 'done' | 'failed'
}
export const readRefunds = (tx: Where, clientId: string, paymentId: string): Promise<readonly RefundRow[]> =>
  tx.$queryRaw<RefundRow[]>`
    SELECT id, amount_minor AS amount, state FROM portal.refund_attempt
    WHERE client_id = ${clientId}::uuid AND payment_id = ${paymentId}::uuid ORDER BY created_at, id`
export const addRefund = (
  tx: SqlTransaction,
  {
    id,
    clientId,
    paymentId,
    amount,
    accountId,
    now,
  }: {
    id: string
    clientId: string
    paymentId: string
    amount: number
    accountId: string
    now: number
  },
): Promise<number> => tx.$executeRaw`
  INSERT INTO portal.refund_attempt (client_id, id, payment_id, amount_minor, account_id, state, created_at)
  VALUES (${clientId}::uuid, ${id}::uuid, ${paymentId}::uuid, ${amount}::integer, ${accountId}::uuid, 'open',
    ${new Date(now)}::timestamptz)`
export const setRefund = (
  tx: SqlTransaction,
  clientId: string,
  { id, state, providerId }: { id: string; state: 'done' | 'failed'; providerId: string | null },
): Promise<number> => tx.$executeRaw`
  UPDATE portal.refund_attempt SET state = ${state}, provider_id = ${providerId}::text
  WHERE client_id = ${clientId}::uuid AND id = ${id}::uuid AND state <> ${state}`

/** Decided, and not known to be done; with what the payment service calls the payment. */
export const findOpenRefunds = (
  tx: Where,
  before: number,
  limit: number,
): Promise<
  readonly { id: string; paymentId: string; intentId: string; amount: number; createdAt: Date }[]
> => tx.$queryRaw`
  SELECT r.id, r.payment_id AS "paymentId", a.intent_id AS "intentId", r.amount_minor AS amount,
    r.created_at AS "createdAt"
  FROM portal.refund_attempt r JOIN portal.payment_attempt a ON a.client_id = r.client_id AND a.id = r.payment_id
  WHERE r.state = 'open' AND r.created_at <= ${new Date(before)}::timestamptz AND a.intent_id IS NOT NULL
  ORDER BY r.created_at, r.id LIMIT ${limit}`

/** Those of these payments that the payment service took. */
export async function readTaken(
  tx: Where,
  clientId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM portal.payment_attempt WHERE client_id = ${clientId}::uuid AND state = 'succeeded'
      AND intent_id IS NOT NULL AND id = ANY(string_to_array(${ids.join(' ')}, ' ')::uuid[])`
  return rows.map(({ id }) => id)
}
