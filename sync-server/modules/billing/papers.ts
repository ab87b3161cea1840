/** A statement and a receipt on paper, in the words of the client's language. */
import { moneyOf } from '../../../shared/domains/billing/money.ts'
import type { Payment, Statement } from '../../../shared/domains/billing/schema.ts'
import { createSheet } from '../../platform/pdf/sheet.ts'
import type { PracticeRow } from './reader.ts'

interface Where {
  readonly practice: PracticeRow
  readonly client: string
}
interface Paper {
  readonly fileName: string
  readonly bytes: Uint8Array
}

const EN = {
  statement: 'Statement',
  receipt: 'Receipt',
  for: 'For',
  issued: 'Issued',
  due: 'Due',
  date: 'Date',
  what: 'What for',
  amount: 'Amount',
  total: 'Total',
  adjustment: 'Changed by the practice',
  paid: 'Paid through the portal',
  elsewhere: 'Paid or covered elsewhere',
  left: 'Left to pay',
  void: 'This statement does not count any more.',
  paidOn: 'Paid on',
  method: 'Paid with',
  reference: 'Reference',
  statements: 'Paid for',
  refunds: 'Paid back',
  refunded: 'All of it was paid back.',
  disputed: 'The bank of whoever paid has taken this payment back.',
  cash: 'Cash',
  check: 'Paper check',
  card: 'Card at the practice',
  transfer: 'Bank transfer',
  pending: 'This payment is not completed: this is no receipt.',
  failed: 'This payment was not made: this is no receipt.',
  foot: 'Questions about this paper',
}
const ES: typeof EN = {
  statement: 'Estado de cuenta',
  receipt: 'Recibo',
  for: 'Para',
  issued: 'Emitido',
  due: 'Vence',
  date: 'Fecha',
  what: 'Concepto',
  amount: 'Importe',
  total: 'Total',
  adjustment: 'Cambio de la clínica',
  paid: 'Pagado por el portal',
  elsewhere: 'Pagado o cubierto de otra forma',
  left: 'Por pagar',
  void: 'Este estado de cuenta ya no es válido.',
  paidOn: 'Pagado el',
  method: 'Pagado con',
  reference: 'Referencia',
  statements: 'Pagado por',
  refunds: 'Reembolsos',
  refunded: 'Se reembolsó todo el importe.',
  disputed: 'El banco de quien pagó ha retirado este pago.',
  cash: 'Efectivo',
  check: 'Cheque',
  card: 'Tarjeta en la clínica',
  transfer: 'Transferencia bancaria',
  pending: 'Este pago no está completado: esto no es un recibo.',
  failed: 'Este pago no se hizo: esto no es un recibo.',
  foot: 'Preguntas sobre este documento',
}
const wordsOf = (locale: string) => (locale === 'es' ? ES : EN)

const dayOf = (locale: string, timeZone: string) => {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone })
  return (at: number) => format.format(at)
}

export async function statementPaper(statement: Statement, where: Where, locale: string): Promise<Paper> {
  const words = wordsOf(locale)
  const { practice, client } = where
  const {
    number,
    issuedAt,
    dueAt,
    currency,
    lines,
    adjustments = [],
    total,
    paid = 0,
    balance,
    status,
  } = statement
  const day = dayOf(locale, practice.timeZone)
  const money = (amount: number) => moneyOf(locale, amount, currency)
  // What stands above a sum is what it is the sum of: the charges, and what the practice changed.
  const adjusted = adjustments.reduce((sum, { amount }) => sum + amount, 0)
  const elsewhere = balance + paid - total - adjusted
  const title = `${words.statement} ${number}`
  const sheet = createSheet({
    title,
    language: locale,
    foot: footOf(words, practice),
    at: statement.updatedAt,
  })
  sheet.paragraph(practice.name, true)
  sheet.heading(title)
  if (status === 'void') sheet.paragraph(words.void)
  sheet.facts([
    [words.for, client],
    [words.issued, day(issuedAt)],
    ...(dueAt === undefined ? [] : [[words.due, day(dueAt)] as const]),
  ])
  sheet.table(
    [
      { title: words.date, share: 7 },
      { title: words.what, share: 12 },
      { title: words.amount, share: 4, align: 'right' },
    ],
    [
      ...lines.map(({ date, description, amount }) => [day(date), description, money(amount)]),
      ...adjustments.map(({ at, reason, amount }) => [
        day(at),
        `${words.adjustment}: ${reason}`,
        money(amount),
      ]),
    ],
    [
      ['', words.total, money(total + adjusted)],
      ...(elsewhere === 0 || status === 'void' ? [] : [['', words.elsewhere, money(elsewhere)]]),
      ...(paid === 0 ? [] : [['', words.paid, money(-paid)]]),
      ['', words.left, money(balance)],
    ],
  )
  return { fileName: `${title}.pdf`, bytes: await sheet.finish() }
}

export async function paymentPaper(payment: Payment, where: Where, locale: string): Promise<Paper> {
  const words = wordsOf(locale)
  const { practice, client } = where
  const { number, paidAt, currency, amount, status, shares = [], refunds = [], desk } = payment
  const method =
    desk === undefined ? payment.method : [words[desk.how], desk.reference].filter(Boolean).join(' ')
  const day = dayOf(locale, practice.timeZone)
  const money = (minor: number) => moneyOf(locale, minor, currency)
  const title = number === undefined ? words.receipt : `${words.receipt} ${number}`
  const sheet = createSheet({ title, language: locale, foot: footOf(words, practice), at: payment.updatedAt })
  sheet.paragraph(practice.name, true)
  sheet.heading(title)
  if (status !== 'succeeded') sheet.paragraph(words[status])
  sheet.facts([
    [words.for, client],
    [words.paidOn, day(paidAt)],
    [words.amount, money(amount)],
    ...(method === '' ? [] : [[words.method, method] as const]),
    [words.reference, payment.id],
  ])
  if (shares.length > 0) {
    sheet.part(words.statements)
    sheet.table(
      [
        { title: words.statement, share: 6 },
        { title: words.amount, share: 2, align: 'right' },
      ],
      shares.map((share) => [share.number, money(share.amount)]),
    )
  }
  if (refunds.length > 0) {
    sheet.part(words.refunds)
    sheet.table(
      [
        { title: words.date, share: 6 },
        { title: words.amount, share: 2, align: 'right' },
      ],
      refunds.map((refund) => [day(refund.at), money(refund.amount)]),
    )
  }
  return { fileName: `${title}.pdf`, bytes: await sheet.finish() }
}

const footOf = (words: typeof EN, { name, phone }: PracticeRow) => `${words.foot}: ${name}, ${phone}`
