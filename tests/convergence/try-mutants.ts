/**
 * `npm run mutants [-- --only TEXT] [--within 60] [--workers 2] [--write]`: puts each deliberate defect into the product, runs
 * seeds until one breaks, and prints which. Exit code 1 if a defect is not noticed, or cannot be put in any more.
 * `--write` puts what was found into the README; what was not tried this time stays as it was.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { MUTANTS, type Mutant, WITHIN } from './mutants.ts'
import { notice } from './notice.ts'
import { seedDatabase, shareDatabase } from './seed-database.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    within: { type: 'string' },
    workers: { type: 'string', default: '2' },
    database: { type: 'string', default: 'pglite' },
    write: { type: 'boolean', default: false },
  },
})
const README = join(import.meta.dirname, 'README.md')
const TABLE = { begin: '| defect |', end: '\n\n' } as const
const kind = seedDatabase(values.database)
const queue = MUTANTS.filter(({ name }) => name.includes(values.only))
const shared = await shareDatabase(kind)
const postgres =
  kind === 'postgres' || queue.every(({ overlaps }) => !overlaps) ? shared : await shareDatabase('postgres')

const boundOf = (mutant: Mutant) =>
  values.within ? Number(values.within) : (mutant.foundBy ?? mutant.within ?? WITHIN)
const rows = new Map<string, string>()

async function attempt(mutant: Mutant): Promise<boolean> {
  const started = performance.now()
  const noticed = await notice(mutant, mutant.overlaps ? postgres : shared, boundOf(mutant))
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  const missed = mutant.behind ? 'second line' : `✘ not in ${boundOf(mutant)} seeds`
  const how = noticed ? `seed ${noticed.seed}` : missed
  const broken = noticed?.broken.slice(0, 60) ?? (mutant.behind ? `held: ${mutant.behind}` : '')
  console.log(
    `${mutant.name.padEnd(62)} ${mutant.breaks.padEnd(12)} ${how.padEnd(9)} ${seconds.padStart(4)} s  ${broken}`,
  )
  rows.set(mutant.name, rowOf(mutant, noticed?.seed, broken))
  return noticed !== null || mutant.behind !== undefined
}

const rowOf = (mutant: Mutant, seed: number | undefined, broken: string) =>
  `| ${mutant.name}${mutant.overlaps ? ' (`--overlap`)' : ''} | \`${mutant.file.split('/').at(-1)}\` | ${mutant.breaks} | ${plain(broken)} | ${seed ?? '–'} | ${boundOf(mutant)} |`
/** Ids and values are another seed's tomorrow. */
const plain = (broken: string) =>
  broken
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]+/g, '…')
    .replaceAll(/[|`\n]/g, ' ')
    .replace(/:\s*$/, '')
    .slice(0, 100)

function write(): void {
  const text = readFileSync(README, 'utf8')
  const begin = text.indexOf(TABLE.begin)
  const end = text.indexOf(TABLE.end, begin)
  const before = new Map(
    text
      .slice(begin, end)
      .split('\n')
      .slice(2)
      .map((line) => [line.split(' | ')[0]?.replace(/^\| /, '').replace(' (`--overlap`)', ''), line]),
  )
  const lines = MUTANTS.flatMap(({ name }) => rows.get(name) ?? before.get(name) ?? [])
  const head = '| defect | in | is to break | first noticed as | at seed | bound |\n|---|---|---|---|--:|--:|'
  writeFileSync(README, `${text.slice(0, begin)}${head}\n${lines.join('\n')}${text.slice(end)}`)
}

const results: boolean[] = []
console.log(`${'defect'.padEnd(62)} ${'expected'.padEnd(12)} noticed at`)
const work = async () => {
  for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
    results.push(await attempt(mutant))
    if (values.write) write()
  }
}
await Promise.all(Array.from({ length: Number(values.workers) }, work))
const noticed = results.filter(Boolean).length
console.log(`${noticed} of ${results.length} defects noticed, or second lines of defence`)
process.exit(noticed === results.length ? 0 : 1)
