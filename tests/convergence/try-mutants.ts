/**
 * `npm run mutants [-- --only TEXT] [--within 60] [--workers 2]`: puts each deliberate defect into the product, runs seeds
 * until one breaks, and prints which. Exit code 1 if a defect is not noticed, or cannot be put in any more.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { MUTANTS, type Mutant } from './mutants.ts'
import { seedDatabase, shareDatabase } from './seed-database.ts'
import { runSeeds, type SeedResult } from './seed-runner.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    within: { type: 'string', default: '60' },
    workers: { type: 'string', default: '2' },
    database: { type: 'string', default: 'pglite' },
  },
})
const ROOT = join(import.meta.dirname, '../..')
const within = Number(values.within)
const kind = seedDatabase(values.database)
const shared = await shareDatabase(kind)
const postgres =
  kind === 'postgres' || MUTANTS.every(({ overlaps }) => !overlaps) ? shared : await shareDatabase('postgres')

async function attempt(mutant: Mutant): Promise<boolean> {
  const started = performance.now()
  const mutation = {
    url: pathToFileURL(join(ROOT, mutant.file)).href,
    snippet: mutant.snippet,
    becomes: mutant.becomes,
  }
  let caught: SeedResult | undefined
  let tried = 0
  const range = {
    from: 1,
    count: within,
    workers: 1,
    execArgv: ['--import', new URL('./mutant-register.mjs', import.meta.url).href],
    environment: {
      ...(mutant.overlaps ? { ...postgres, SEED_OVERLAPS: 'yes' } : shared),
      MUTATION: JSON.stringify(mutation),
    },
  }
  await runSeeds(range, (result) => {
    tried += 1
    if (result.broken.length > 0) caught = result
    return caught === undefined
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  const how = caught ? `seed ${caught.seed}`.padEnd(9) : `✘ not in ${tried} seeds`
  const what = (caught?.broken[0] ?? '').split('\n')[0]?.slice(0, 60) ?? ''
  console.log(
    `${mutant.name.padEnd(54)} ${mutant.breaks.padEnd(12)} ${how} ${seconds.padStart(4)} s  ${what}`,
  )
  return caught !== undefined
}

const queue = MUTANTS.filter(({ name }) => name.includes(values.only))
const results: boolean[] = []
console.log(`${'defect'.padEnd(54)} ${'expected'.padEnd(12)} noticed at`)
const work = async () => {
  for (let mutant = queue.shift(); mutant; mutant = queue.shift()) results.push(await attempt(mutant))
}
await Promise.all(Array.from({ length: Number(values.workers) }, work))
const noticed = results.filter(Boolean).length
console.log(`${noticed} of ${results.length} defects noticed within ${within} seeds each`)
process.exit(noticed === results.length ? 0 : 1)
