/** A few cycles of `npm run crash`, over everything that can be killed. SPEC: shared/protocol/SPEC.md. */
import { describe, expect, it } from 'vitest'
import { browserLoop } from './browser-loop.ts'
import { crashLoop } from './crash-loop.ts'
import { Ledger } from './ledger.ts'

const SEED = 17

describe.each(['server', 'pglite', 'postgres'] as const)('kill -9 of %s under load', (kind) => {
  it('[P9] [P14] [P19] loses nothing that was acknowledged, tears nothing and repeats nothing', async () => {
    const { acked, lost, torn, repeated, complaints } = await crashLoop(kind, { cycles: 3, seed: SEED })
    expect(complaints).toEqual([])
    expect({ lost, torn, repeated }).toEqual({ lost: 0, torn: 0, repeated: 0 })
    expect(acked).toBeGreaterThanOrEqual(15)
  }, 400_000)
})

describe('kill -9 of the browser while it writes', () => {
  it('[R2] [R15] keeps every write that was resolved, whole, and sends it after the return', async () => {
    const { acked, lost, torn, complaints } = await browserLoop({ cycles: 2, seed: SEED })
    expect(complaints).toEqual([])
    expect({ lost, torn }).toEqual({ lost: 0, torn: 0 })
    expect(acked).toBeGreaterThanOrEqual(6)
  }, 400_000)
})

describe('the ledger', () => {
  const written = {
    document: 'd',
    fields: new Map([
      ['first', '1'],
      ['second', '1'],
    ]),
  }
  const has = (fields: Record<string, string>) => (_document: string, field: string) => fields[field]

  it('notices a promise that is not kept', () => {
    const ledger = new Ledger()
    ledger.promise(written)
    ledger.checkPromised('now', has({ first: '1', second: '1' }))
    expect(ledger.lost).toBe(0)
    ledger.checkPromised('now', has({ first: '1', second: '0' }))
    expect(ledger.lost).toBe(1)
  })

  it('notices half a write, and lets a whole one and none pass', () => {
    const ledger = new Ledger()
    ledger.checkWhole('now', [written], has({ first: '1', second: '1' }))
    ledger.checkWhole('now', [written], has({}))
    expect(ledger.torn).toBe(0)
    ledger.checkWhole(
      'now',
      [written, { document: 'd', fields: new Map([['third', '2']]) }],
      has({ first: '1', second: '1' }),
    )
    expect(ledger.torn).toBe(1)
  })

  it('notices a write that had effect twice, and one that is gone', () => {
    const ledger = new Ledger()
    ledger.checkRevision('now', 7, 7)
    ledger.checkRevision('now', 7, 8)
    ledger.checkRevision('now', 7, 6)
    expect([ledger.repeated, ledger.lost]).toEqual([1, 1])
  })
})
