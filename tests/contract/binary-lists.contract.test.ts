/** A list of every kind that the stores write arrives as it was given, in a Postgres and in the embedded database. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { describeOverDatabases } from '../harness/practice.ts'

describeOverDatabases('lists as parameters', (open) => {
  it('every type, with gaps', async () => {
    const database = await open()
    const [id, at] = [randomUUID(), new Date('2026-02-03T04:05:06.789Z')]
    const text = 'ünïcode, "quotes", {braces} and NULL \\'
    const bytes = Uint8Array.of(0, 92, 255)
    const rows = await database.direct(
      (tx) => tx.$queryRaw<Record<string, unknown>[]>`
        SELECT r.id::text, r.n, r.big::text, r.yes, r.word, r.at, r.bytes
        FROM unnest(${[id, null]}::uuid[], ${[-7, null]}::integer[], ${[1_764_000_000_123, null]}::bigint[],
          ${[true, null]}::boolean[], ${[text, null]}::text[], ${[at, null]}::timestamptz[],
          ${[bytes, null]}::bytea[]) AS r(id, n, big, yes, word, at, bytes)`,
    )
    const [first, second] = rows
    expect({ ...first, bytes: Uint8Array.from(first?.bytes as Uint8Array) }).toEqual({
      id,
      n: -7,
      big: '1764000000123',
      yes: true,
      word: text,
      at,
      bytes,
    })
    expect(Object.values(second ?? {})).toEqual(Array.from({ length: 7 }, () => null))
  })

  it('no list at all, and what is no id', async () => {
    const database = await open()
    const count = (ids: readonly string[]) =>
      database.direct((tx) => tx.$queryRaw<unknown[]>`SELECT * FROM unnest(${ids}::uuid[]) AS r(id)`)
    expect(await count([])).toEqual([])
    await expect(count(['not an id at all, though it has 36 ch'])).rejects.toThrow()
  })
})
