/** Statements and payments: read-only on devices; paying needs the live network. Money is in cents of `currency`. */
import { z } from 'zod'

const id = z.uuid().lowercase()
const time = z.number().int().nonnegative()
const text = (max: number) => z.string().max(max)

const cents = z.number().int()
const currency = z.string().length(3)

export const Statement = z.object({
  id,
  type: z.literal('statement'),
  number: text(40),
  issuedAt: time,
  dueAt: time.optional(),
  currency,
  lines: z.array(z.object({ date: time, description: text(300), amount: cents })).max(200),
  total: cents,
  balance: cents,
  status: z.enum(['open', 'paid', 'void']),
  updatedAt: time,
})
export type Statement = z.infer<typeof Statement>

export const Payment = z.object({
  id,
  type: z.literal('payment'),
  statementId: id.optional(),
  amount: cents,
  currency,
  method: text(100),
  status: z.enum(['pending', 'succeeded', 'failed', 'refunded']),
  paidAt: time,
  updatedAt: time,
})
export type Payment = z.infer<typeof Payment>

/** The billing collection holds both. */
export const BillingDocument = z.discriminatedUnion('type', [Statement, Payment])
export type BillingDocument = z.infer<typeof BillingDocument>
