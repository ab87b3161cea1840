import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { MUTANTS } from './mutants.ts'
import { notice } from './notice.ts'
import { shareDatabase } from './seed-database.ts'

/** Virtual time is what is measured here; real time depends on the machine alone. */
const PATIENCE_MS = 900_000

it.each(MUTANTS)('the defect “$name” can still be put in', ({ file, snippet, becomes }) => {
  const source = readFileSync(join(import.meta.dirname, '../..', file), 'utf8')
  expect(source.split(snippet)).toHaveLength(2)
  expect(becomes).not.toBe(snippet)
})

it('there are at least twenty, each under a name of its own', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length)
  expect(MUTANTS.filter(({ behind }) => behind === undefined).length).toBeGreaterThanOrEqual(20)
})

describe('the simulator bites', () => {
  let database: { readonly [name: string]: string }
  beforeAll(async () => {
    database = await shareDatabase('postgres')
  }, PATIENCE_MS)

  it.each(MUTANTS.filter(({ soon }) => soon))(
    '“$name” is noticed within its bound',
    async (mutant) => {
      expect(await notice(mutant, database)).not.toBeNull()
    },
    PATIENCE_MS,
  )
})
