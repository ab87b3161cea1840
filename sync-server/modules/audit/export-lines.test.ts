import { describe, expect, it } from 'vitest'
import { headOf, lineOf } from './export-lines.ts'

const row = {
  at: Date.UTC(2026, 0, 5, 12),
  chain: 'c',
  seq: 7,
  clientId: null,
  clientName: null,
  accountId: 'a',
  accountName: '=HYPERLINK("http://evil")',
  role: 'client',
  deviceId: null,
  deviceName: '@phone, "mine"',
  action: 'sync.pull',
  outcome: 'allowed',
  collection: null,
  documentId: null,
  count: 1,
  reason: '-1+1',
  ip: '192.0.2.1',
  userAgent: '\tcmd',
  hash: 'ff',
} as const

describe('lines of the exported audit trail', () => {
  it('[V1.2.10] are CSV in which no cell begins as a formula, and quotes are doubled', () => {
    expect(lineOf('csv', row)).toBe(
      `2026-01-05T12:00:00.000Z,allowed,sync.pull,client,a,"'=HYPERLINK(""http://evil"")",,,,"'@phone, ""mine""",,,1,'-1+1,192.0.2.1,'\tcmd,c,7,ff\r\n`,
    )
    expect(headOf('csv').split(',')).toHaveLength(
      lineOf('csv', { ...row, deviceName: '', accountName: '' }).split(',').length,
    )
  })
  it('are JSON with nothing changed', () => {
    expect(JSON.parse(lineOf('jsonl', row))).toEqual({ ...row, at: '2026-01-05T12:00:00.000Z' })
    expect(headOf('jsonl')).toBe('')
  })
})
