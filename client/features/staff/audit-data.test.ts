import { describe, expect, it } from 'vitest'
import { ANYTHING, auditPath, exportPath, readAuditPage } from './audit-data.ts'

const paramsOf = (path: string) => Object.fromEntries(new URLSearchParams(path.split('?')[1]))

describe('what the audit page asks', () => {
  it('has only what was chosen, and the first and the last day whole', () => {
    expect(paramsOf(auditPath(ANYTHING))).toEqual({})
    const filter = { ...ANYTHING, outcome: 'denied', from: '2026-01-31', until: '2026-01-31' }
    const { from, until, ...rest } = paramsOf(auditPath(filter, 'c'))
    expect(rest).toEqual({ outcome: 'denied', cursor: 'c' })
    expect([Number(from), Number(until)]).toEqual([
      new Date(2026, 0, 31).getTime(),
      new Date(2026, 1, 1).getTime(),
    ])
    expect(paramsOf(exportPath(filter, 'csv'))).toMatchObject({ format: 'csv', outcome: 'denied', from })
  })
  it('takes nothing for an answer that is none', () => {
    for (const body of [null, 'x', {}, { items: {} }, { items: [null] }, { items: [{ at: 'x' }] }])
      expect(readAuditPage(body)).toBeNull()
    expect(readAuditPage({ items: [], next: null })).toEqual({ items: [], next: null })
  })
})
