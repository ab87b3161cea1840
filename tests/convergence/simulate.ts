/**
 * `npm run simulate -- --seeds 10000 [--from 1] [--workers 2]` runs many seeds in parallel processes; of a failing one it
 * prints the smallest plan found that still fails. With `--overlap` transactions of the server overlap, over Postgres. `npm run simulate -- --seed 42 --trace` shows one run.
 */
import { parseArgs } from 'node:util'
import { runSeed } from './run-seed.ts'
import { openDatabaseForSeeds, seedDatabase, shareDatabase } from './seed-database.ts'
import { runSeeds } from './seed-runner.ts'
import { shrink } from './shrink.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    database: { type: 'string', default: 'pglite' },
    overlap: { type: 'boolean', default: false },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
})

const kind = values.overlap ? 'postgres' : seedDatabase(values.database)
const overlaps = values.overlap
if (values.seed !== undefined) await one(Number(values.seed), values.trace)
else await many(Number(values.from), Number(values.seeds), Number(values.workers))

async function one(seed: number, trace: boolean): Promise<never> {
  const outcome = await runSeed(await openDatabaseForSeeds(kind), seed, { keepTrace: trace, overlaps })
  if (trace) console.log(outcome.trace.join('\n'))
  console.log(`seed ${seed}: ${outcome.values} values, ${outcome.commits} commits, trace ${outcome.hash}`)
  for (const line of outcome.broken) console.log(`  ${line}`)
  process.exit(outcome.broken.length === 0 ? 0 : 1)
}

async function many(from: number, count: number, workers: number): Promise<never> {
  const started = performance.now()
  const failed: number[] = []
  let done = 0
  let accepted = 0
  let printed = 0
  const progress = (end = false) => {
    const seconds = (performance.now() - started) / 1000
    if (!end && seconds - printed < (process.stderr.isTTY ? 0.5 : 30)) return
    printed = seconds
    const bar = '█'.repeat(Math.floor((done / count) * 30)).padEnd(30, '░')
    const left = done === 0 ? '' : `, ${Math.ceil(((seconds / done) * (count - done)) / 60)} min left`
    const line = `${bar} ${done}/${count} seeds, ${accepted} values, ${failed.length} failed, ${seconds.toFixed(0)} s${left}`
    process.stderr.write(process.stderr.isTTY ? `\r${line}  ` : `${line}\n`)
  }
  const environment = { ...(await shareDatabase(kind)), ...(overlaps && { SEED_OVERLAPS: 'yes' }) }
  await runSeeds({ from, count, workers, environment }, (result) => {
    done += 1
    accepted += result.values
    if (result.broken.length > 0) {
      failed.push(result.seed)
      console.log(`\nseed ${result.seed} fails: ${result.broken[0]}`)
    }
    progress()
  })
  progress(true)
  if (failed.length === 0) {
    console.log(`\n${count} seeds from ${from} on: all of I1 to I7 hold for ${accepted} accepted values.`)
    process.exit(0)
  }
  const database = await openDatabaseForSeeds(kind)
  for (const seed of failed.sort((a, b) => a - b).slice(0, 3)) {
    const { plan, outcome } = await shrink(database, seed, overlaps)
    console.log(
      `\nSeed ${seed}, left of its plan: ${plan.steps.map(({ n, kind }) => `${n} ${kind}`).join(', ')}`,
    )
    console.log(outcome.trace.slice(-60).join('\n'))
    for (const line of outcome.broken) console.log(`  ${line}`)
    console.log(`Again: npm run simulate -- --seed ${seed} --trace${overlaps ? ' --overlap' : ''}`)
  }
  console.log(`\n${failed.length} of ${count} seeds failed: ${failed.join(' ')}`)
  process.exit(1)
}
