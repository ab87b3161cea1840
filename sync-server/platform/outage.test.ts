import { expect, it } from 'vitest'
import { createLogger } from './logger.ts'
import { createOutages, outageReason } from './outage.ts'

it('tells an outage from a mistake, wherever the driver says it', () => {
  const adapter = (cause: object) =>
    Object.assign(new Error('Raw query failed'), {
      code: 'P2010',
      meta: { driverAdapterError: Object.assign(new Error('x'), { cause }) },
    })
  expect(outageReason(adapter({ kind: 'DatabaseNotReachable' }))).toBe('DatabaseNotReachable')
  for (const code of ['57P01', '57P03', '53100', '53300', '08006', '57014', '55P03', '25006'])
    expect(outageReason(adapter({ kind: 'postgres', originalCode: code }))).toBe(code)
  expect(outageReason(new Error('Connection terminated unexpectedly'))).toBeDefined()
  expect(outageReason(new AggregateError([Object.assign(new Error(''), { code: 'ECONNREFUSED' })]))).toBe(
    'ECONNREFUSED',
  )
  for (const code of ['23505', '42P01', '22P02', '42601'])
    expect(outageReason(adapter({ kind: 'postgres', originalCode: code }))).toBeUndefined()
  expect(outageReason(new TypeError('x is undefined'))).toBeUndefined()
  expect(outageReason(undefined)).toBeUndefined()
})

it('does not write a line for every request of an outage', () => {
  let now = 0
  const outages = createOutages(createLogger('silent'), { now: () => now })
  const logger = createLogger('silent')
  let lines = 0
  const counting = createOutages(
    Object.assign(Object.create(logger), {
      warn: () => {
        lines += 1
      },
    }),
    {
      now: () => now,
    },
  )
  const away = Object.assign(new Error(''), { code: 'ECONNREFUSED' })
  for (; now < 30_000; now += 100) expect(counting.note(away)).toBe(true)
  expect(lines).toBe(3)
  expect(outages.note(new Error('a bug'))).toBe(false)
})
