import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { nextHead } from './head-store.ts'

const head = { e: 1, s: 4, k: '0123456789abcdef' }
const row = { collection: 6, id: '6fa459ea-ee8a-4ca4-894e-db77e160355e', rev: 3 }

describe('the hash chain of a feed', () => {
  it('names the commit, its position and every revision in it', () => {
    const expected = createHash('sha256').update(`${head.k}\n5\n6,${row.id},3`).digest('hex').slice(0, 16)
    expect(nextHead(head, [row])).toEqual({ e: 1, s: 5, k: expected })
  })

  it('gives one position a document, and another value for any other past or content', () => {
    expect(nextHead(head, [row, { ...row, id: 'other' }]).s).toBe(6)
    const values = [
      nextHead(head, [row]),
      nextHead({ ...head, k: '0123456789abcdee' }, [row]),
      nextHead({ ...head, s: 5 }, [row]),
      nextHead(head, [{ ...row, rev: 4 }]),
      nextHead(head, [{ ...row, collection: 7 }]),
    ]
    expect(new Set(values.map(({ k }) => k)).size).toBe(values.length)
  })
})
