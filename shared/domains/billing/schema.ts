/**
 * Statements and payments: read-only on devices; paying needs the live network. Money is in minor units of `currency`
 * (cents, or whole yen). A statement's `balance` follows from the ledger and is never written by hand. SPEC: SPEC.md.
 */
import { z } from 'zod'
import { DESK_WAYS, LONGEST_REFERENCE, MOST_LINES, MOST_MONEY } from './limits.ts'

const id = z.uuid().lowercase()
const time = z.number().int().nonnegative()
const text = (max: number) => z.string().max(max)

const money = z.number().int().min(-MOST_MONEY).max(MOST_MONEY)
const currency = z.string().length(3)

export const Statement = z.object({
  id,
  type: z.literal('statement'),
  number: text(40),
  issuedAt: time,
  dueAt: time.optional(),
  currency,
  lines: z.array(z.object({ date: time, description: text(300), amount: money })).max(MOST_LINES),
  /** What the record system counts: the sum of what was charged. */
  total: money,
  /** What the practice changed here, with the reason that the client reads. */
  adjustments: z
    .array(z.object({ id, at: time, amount: money, reason: text(300) }))
    .max(MOST_LINES)
    .optional(),
  /** Paid through the portal, less what was paid back. */
  paid: money.optional(),
  /** What is left to pay; less than nothing where too much was paid. */
  balance: money,
  status: z.enum(['open', 'paid', 'void']),
  updatedAt: time,
})
export type Statement = z.infer<typeof Statement>

export const Payment = z.object({
  id,
  type: z.literal('payment'),
  statementId: id.optional(),
  /** Which part went to which statement; their sum is `amount`. */
  shares: z
    .array(z.object({ statementId: id, number: text(40), amount: money }))
    .max(MOST_LINES)
    .optional(),
  amount: money,
  currency,
  method: text(100),
  /** `disputed`: the payer's bank has taken it back, for now or for good. */
  status: z.enum(['pending', 'succeeded', 'failed', 'refunded', 'disputed']),
  /** Of a failed one. */
  reason: z.enum(['declined', 'cancelled', 'expired']).optional(),
  /** One that the office took itself; `reference`: the number of the check, or what the bank calls it. */
  desk: z.object({ how: z.enum(DESK_WAYS), reference: text(LONGEST_REFERENCE).optional() }).optional(),
  /** On the receipt. */
  number: text(40).optional(),
  refunds: z
    .array(z.object({ id: text(100), at: time, amount: money }))
    .max(MOST_LINES)
    .optional(),
  /** What the payer did not agree with at their bank. `asked`: the bank asks, and has taken nothing. */
  disputes: z
    .array(
      z.object({
        id: text(100),
        at: time,
        amount: money,
        state: z.enum(['asked', 'open', 'won', 'lost']),
        /** Until when the practice may answer the bank. */
        answerBy: time.optional(),
      }),
    )
    .max(MOST_LINES)
    .optional(),
  /** Of a pending one: when it was begun. */
  paidAt: time,
  updatedAt: time,
})
export type Payment = z.infer<typeof Payment>

/** The billing collection holds both. */
export const BillingDocument = z.discriminatedUnion('type', [Statement, Payment])
export type BillingDocument = z.infer<typeof BillingDocument>
