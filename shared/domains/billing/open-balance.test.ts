import { describe, expect, it } from 'vitest'
import { moneyOf } from './money.ts'
import { openBalances } from './open-balance.ts'
import type { BillingDocument, Statement } from './schema.ts'

const statement = (fields: Partial<Statement>): BillingDocument => ({
  id: crypto.randomUUID(),
  type: 'statement',
  number: '1',
  issuedAt: 0,
  currency: 'USD',
  lines: [],
  total: 0,
  balance: 0,
  status: 'open',
  updatedAt: 0,
  ...fields,
})

describe('the balance on the first page', () => {
  it('adds what is open on statements, and knows what is due first', () => {
    expect(
      openBalances([
        statement({ balance: 4_000, dueAt: 9 }),
        statement({ balance: 2_550, dueAt: 5 }),
        statement({ balance: 900, status: 'void' }),
        statement({ balance: 0, status: 'paid' }),
      ]),
    ).toEqual([{ currency: 'USD', cents: 6_550, statements: 2, dueAt: 5 }])
    expect(openBalances([])).toEqual([])
  })

  it('keeps currencies apart, and shows even a code that names none', () => {
    const two = openBalances([statement({ balance: 1 }), statement({ balance: 2, currency: 'EUR' })])
    expect(two.map(({ currency, cents }) => [currency, cents])).toEqual([
      ['EUR', 2],
      ['USD', 1],
    ])
    expect(moneyOf('en', 4_000, 'USD')).toBe('$40.00')
    expect(moneyOf('en', 4_000, '1!2')).toBe('40.00 1!2')
  })
})
