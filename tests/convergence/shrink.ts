/** From a failing plan to a smaller one that still fails: whole kinds first, then halves, then single steps. */
import type { Database } from '../../sync-server/platform/database.ts'
import { KINDS, makePlan, type Plan, type Step } from './plan.ts'
import { type Outcome, runSeed } from './run-seed.ts'

/** A run costs some tenths of a second; nobody waits longer than this for the last step to go. */
const MOST_RUNS = 80

export async function shrink(
  database: Database,
  seed: number,
  overlaps: boolean,
): Promise<{ plan: Plan; outcome: Outcome }> {
  let plan = makePlan(seed)
  let runs = 0
  let outcome = await runSeed(database, seed, { plan, keepTrace: true, overlaps })
  const attempt = async (steps: readonly Step[]) => {
    if (steps.length === plan.steps.length || runs >= MOST_RUNS) return
    runs += 1
    const smaller = { ...plan, steps }
    const found = await runSeed(database, seed, { plan: smaller, keepTrace: true, overlaps })
    if (found.broken.length === 0) return
    plan = smaller
    outcome = found
  }
  for (const kind of KINDS) await attempt(plan.steps.filter((step) => step.kind !== kind))
  for (let size = Math.ceil(plan.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < plan.steps.length; at += size)
      await attempt(plan.steps.filter((_, index) => index < at || index >= at + size))
  return { plan, outcome }
}
