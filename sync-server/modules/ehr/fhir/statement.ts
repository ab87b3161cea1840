/** Statements of account. FHIR has an Invoice, without what is left to pay or when: its names are used where it has them. */
import { z } from 'zod'
import { Statement } from '../../../../shared/domains/billing/schema.ts'
import type { JsonObject } from '../../../../shared/kernel/json.ts'
import { err, ok } from '../../../../shared/kernel/result.ts'
import {
  cents,
  DateOrInstant,
  instant,
  Money,
  moment,
  money,
  patientOf,
  Reference,
  text,
} from './elements.ts'
import { invalid, type Mapping, noSubject } from './mapping.ts'

const STATES = { issued: 'open', balanced: 'paid', cancelled: 'void', 'entered-in-error': 'void' } as const
const NAMES = { open: 'issued', paid: 'balanced', void: 'cancelled' } as const

export const StatementResource = z.object({
  resourceType: z.literal('Invoice'),
  status: z.enum(Object.keys(STATES) as [keyof typeof STATES]),
  identifier: z
    .array(z.object({ value: text(40).min(1) }))
    .min(1)
    .max(5),
  subject: Reference,
  date: DateOrInstant,
  dueDate: DateOrInstant.optional(),
  lineItem: z
    .array(
      z.object({
        date: DateOrInstant,
        chargeItemCodeableConcept: z.object({ text: text(300) }),
        priceComponent: z
          .array(z.object({ amount: Money }))
          .min(1)
          .max(1),
      }),
    )
    .max(200),
  totalNet: Money,
  balance: Money.meta({
    description:
      'What is left to pay as the record system counts it, without what was paid or adjusted in the portal.',
  }),
  portalPaid: Money.optional().meta({
    description: 'Paid in the portal or written down there by the office, less what went back. Only read.',
  }),
  portalAdjusted: Money.optional().meta({
    description: 'Adjusted by the practice in the portal. Only read.',
  }),
})

export const statementMapping: Mapping<typeof StatementResource> = {
  collection: 'billing',
  resource: StatementResource,
  owned: Object.keys(Statement.omit({ id: true, updatedAt: true, adjustments: true, paid: true }).shape),
  toDocument(given, _) {
    const patient = patientOf(given.subject.reference)
    if (patient === undefined) return err(noSubject)
    const { currency } = given.totalNet
    const amounts = given.lineItem.flatMap(({ priceComponent }) => priceComponent.map(({ amount }) => amount))
    if ([given.balance, ...amounts].some((amount) => amount.currency !== currency))
      return err(invalid('A statement is in one currency.'))
    const lines = given.lineItem.map(({ date, chargeItemCodeableConcept, priceComponent: [price] }) => ({
      date: moment(date),
      description: chargeItemCodeableConcept.text,
      amount: price === undefined ? undefined : cents(price.amount),
    }))
    const fields = Statement.omit({ id: true, updatedAt: true }).safeParse({
      type: 'statement',
      number: given.identifier[0]?.value,
      issuedAt: moment(given.date),
      ...(given.dueDate === undefined ? {} : { dueAt: moment(given.dueDate) }),
      currency,
      lines,
      total: cents(given.totalNet),
      balance: cents(given.balance),
      status: STATES[given.status],
    })
    return fields.success
      ? ok({ patient, fields: fields.data as JsonObject })
      : err(invalid('This is no statement: amounts are whole cents, days are from 1970 on.'))
  },
  toResource(document, subject) {
    const statement = document as unknown as Statement
    const { currency, balance, paid = 0, adjustments = [] } = statement
    const adjusted = adjustments.reduce((sum, { amount }) => sum + amount, 0)
    return {
      resourceType: 'Invoice',
      status: NAMES[statement.status],
      identifier: [{ value: statement.number }],
      subject: { reference: subject },
      date: instant(statement.issuedAt),
      ...(statement.dueAt === undefined ? {} : { dueDate: instant(statement.dueAt) }),
      lineItem: statement.lines.map(({ date, description, amount }) => ({
        date: instant(date),
        chargeItemCodeableConcept: { text: description },
        priceComponent: [{ amount: money(amount, currency) }],
      })),
      totalNet: money(statement.total, currency),
      balance: money(statement.status === 'void' ? 0 : balance + paid - adjusted, currency),
      ...(paid === 0 ? {} : { portalPaid: money(paid, currency) }),
      ...(adjusted === 0 ? {} : { portalAdjusted: money(adjusted, currency) }),
    }
  },
}
