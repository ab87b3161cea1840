/** One seed from beginning to end. */
import nodeCrypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import type { Database } from '../../sync-server/platform/database.ts'
import { discardAll } from './client-steps.ts'
import './inflate-at-once.ts'
import { allEqual, nothingLost } from './invariants.ts'
import { makePlan, type Plan } from './plan.ts'
import { createRandom, type Random } from './random.ts'
import { type Run, setUp } from './run.ts'
import { settle } from './settle.ts'
import { take } from './steps.ts'

export interface Outcome {
  readonly seed: number
  /** Broken promises; empty when all held. */
  readonly broken: readonly string[]
  /** Same seed, same hash. */
  readonly hash: string
  readonly trace: readonly string[]
  /** Accepted values, commits, and virtual time, to see that something was done. */
  readonly values: number
  readonly commits: number
  readonly virtualMs: number
}

/** Ids that the server makes come from the seed as long as this runs. */
let ids: Random = createRandom('ids')
const uuid = () => ids.uuid() as ReturnType<typeof nodeCrypto.randomUUID>
nodeCrypto.randomUUID = uuid
syncBuiltinESMExports()

interface SeedOptions {
  /** Of the seed, or what is left of it. */
  readonly plan?: Plan
  readonly keepTrace?: boolean
  /** Do transactions overlap? Only over Postgres, and another run than without. */
  readonly overlaps?: boolean
}

export async function runSeed(
  database: Database,
  seed: number,
  { plan = makePlan(seed), keepTrace = false, overlaps = false }: SeedOptions = {},
): Promise<Outcome> {
  ids = createRandom(`ids ${seed}`)
  const { error: log } = console
  let noted: Run | undefined
  console.error = (...parts: unknown[]) =>
    noted?.world.note(
      `log: ${parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ')}`,
    )
  try {
    const run = await setUp(database, plan, { keepTrace, overlaps })
    noted = run
    const started = run.world.now
    const broken = await play(run, plan)
    for (const { tabs } of run.devices) for (const tab of tabs) tab.life.end()
    for (const { faults } of run.servers.all) faults.kill()
    await run.world.rest()
    return {
      seed,
      broken,
      hash: run.world.hash(),
      trace: run.world.trace,
      values: run.ledger.entries.filter(({ accepted }) => accepted).length,
      commits: run.ledger.commits.length,
      virtualMs: run.world.now - started,
    }
  } finally {
    console.error = log
  }
}

async function play(run: Run, plan: Plan): Promise<string[]> {
  const { world, ledger } = run
  for (const step of plan.steps)
    world.after(step.at, () => {
      void world
        .attend(take(run, step))
        .catch((error: unknown) => ledger.broken.push(`step ${step.kind}: ${String(error)}`))
    })
  await world.run((plan.steps.at(-1)?.at ?? 0) + 1)
  const stuck = await settle(run)
  if (stuck !== undefined) return [...ledger.broken, `not settled: ${stuck}`]
  const lost = await nothingLost(run)
  // Documents with refused changes show them; once the client has decided, all are equal.
  let discarded = 0
  for (const { tabs } of run.devices)
    for (const tab of tabs.slice(0, 1)) discarded += await discardAll(run, tab)
  const unsettled = discarded === 0 ? undefined : await settle(run)
  if (unsettled !== undefined) return [...ledger.broken, ...lost, `not settled again: ${unsettled}`]
  // What a device has given up only the server still has.
  const kept = discarded === 0 ? [] : await nothingLost(run)
  return [...ledger.broken, ...lost, ...kept, ...(await allEqual(run))]
}
