/**
 * Hundreds of seeds of the whole loop: devices with several tabs, staff and record system, a bad network, crashes on both sides.
 * After each run I1 to I7 must hold. Many more: `npm run simulate`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../sync-server/platform/database.ts'
import { runSeed } from './run-seed.ts'
import { openDatabaseForSeeds } from './seed-database.ts'

/** Virtual time is what is measured here; real time depends on the machine alone. */
const PATIENCE_MS = 900_000
/** Each costs some times as much as one whose transactions follow each other. */
const OVERLAPPING = 6

let database: Database
let embedded: Database
beforeAll(async () => {
  database = await openDatabaseForSeeds('postgres')
  embedded = await openDatabaseForSeeds()
}, PATIENCE_MS)
afterAll(async () => {
  await database.close()
  await embedded.close()
})

it.each([26, 37])(
  'the same seed gives the same run: %i',
  async (seed) => {
    const first = await runSeed(database, seed, { keepTrace: true })
    const second = await runSeed(database, seed, { keepTrace: true })
    expect(second.trace).toEqual(first.trace)
    expect(first.values).toBeGreaterThan(10)
  },
  PATIENCE_MS,
)

describe('all invariants hold', () => {
  const GROUPS = 20
  const SEEDS_PER_GROUP = 10
  for (let group = 0; group < GROUPS; group += 1) {
    const from = 1 + group * SEEDS_PER_GROUP
    it(
      `[R8] [P9] [P14] [P19] [P21] seeds ${from} to ${from + SEEDS_PER_GROUP - 1}`,
      async () => {
        for (let seed = from; seed < from + SEEDS_PER_GROUP; seed += 1) {
          const { broken } = await runSeed(database, seed)
          expect(broken, `npm run simulate -- --seed ${seed} --trace`).toEqual([])
        }
      },
      PATIENCE_MS,
    )
  }

  it(
    'over the embedded database as over PostgreSQL, event by event',
    async () => {
      for (let seed = 1; seed <= 6; seed += 1) {
        const { broken, hash } = await runSeed(embedded, seed)
        expect([seed, broken, hash]).toEqual([seed, [], (await runSeed(database, seed)).hash])
      }
    },
    PATIENCE_MS,
  )
})

describe('what seeds have found', () => {
  it.each([
    '[P6] 368: two restores of one backup within a minute',
    '[R21] 226: a tab that led dies between a commit and the word of it, and two others are open',
    '[P34] 3011: the database fails at the point to which a refusal goes back',
    '[R11] 296: a device is signed out before it hears that the server went back behind what it had acknowledged',
    '[R21] 5929: a tab that led, slept and woke dies between a commit and the word of it, while another leads',
    '[R9] 6791: what was answered before a restore is answered once more, beside what is merged now',
    '[R66] 7813: the server is restored between two pages of a pull, and answers the second',
    '[R69] 582: a tab dies between the end of writing and the end of the replica, and another hands in once more',
  ])(
    '%s',
    async (title) => {
      const seed = Number(/\d+(?=:)/.exec(title)?.[0])
      expect((await runSeed(database, seed)).broken).toEqual([])
    },
    PATIENCE_MS,
  )
})

describe('all invariants hold where transactions of the server overlap', () => {
  it(
    `[P19] seeds 1 to ${OVERLAPPING}`,
    async () => {
      for (let seed = 1; seed <= OVERLAPPING; seed += 1) {
        const { broken } = await runSeed(database, seed, { overlaps: true })
        expect(broken, `npm run simulate -- --seed ${seed} --trace --overlap`).toEqual([])
      }
    },
    PATIENCE_MS,
  )
})
