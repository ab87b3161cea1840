/** A statement on paper: what belongs in one line stands in one line, in every language. */
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { expect, it } from 'vitest'
import type { Statement } from '../../../shared/domains/billing/schema.ts'
import { statementPaper } from './papers.ts'

it('writes the longest date of the longest month in one line, and a large amount', async () => {
  const date = Date.UTC(2026, 8, 28, 12)
  const lines = [{ date, description: 'Individual psychotherapy, 50 minutes', amount: -123_456_789 }]
  const statement = {
    ...{ id: 's', type: 'statement', number: 'ST-1', status: 'open', currency: 'USD', updatedAt: date },
    ...{ issuedAt: date, lines, total: -123_456_789, balance: 0 },
  } as unknown as Statement
  const practice = { name: 'Harbor Light', phone: '+1 555 010 0199', timeZone: 'America/New_York' }
  const { bytes } = await statementPaper(statement, { practice, client: 'Alex Rivera' }, 'es')
  const page = await (await getDocument({ data: bytes, verbosity: 0 }).promise).getPage(1)
  const { items } = await page.getTextContent()
  const texts = items.flatMap((item) => ('str' in item ? item.str : []))
  // That of the line; the one it was issued on has more room.
  expect(texts.filter((text) => text === '28 de septiembre de 2026')).toHaveLength(2)
  expect(texts).toContain('-$1,234,567.89')
})
