/**
 * `npm run crash -- server|postgres|pglite|browser [--cycles 200] [--seed N] [--away SECONDS]`: kills for real, under load, and
 * counts what was promised and is not there; with `--away` what was killed (not the browser) stays away so long each time. Exit code 1 if anything was lost, torn or had effect twice.
 */
import { inspect } from 'node:util'
import { browserLoop } from './browser-loop.ts'
import { type CrashReport, crashLoop } from './crash-loop.ts'

const KINDS = ['server', 'postgres', 'pglite', 'browser'] as const

const [kind, ...rest] = process.argv.slice(2)
const option = (name: string, otherwise: number): number => {
  const at = rest.indexOf(`--${name}`)
  const value = at < 0 ? otherwise : Number(rest[at + 1])
  if (Number.isInteger(value) && (value > 0 || at < 0)) return value
  console.error(`--${name} must be a whole number above 0.`)
  process.exit(1)
}
const victim = KINDS.find((name) => name === kind)
if (victim === undefined) {
  console.error(`Which process is to be killed? One of: ${KINDS.join(', ')}.`)
  process.exit(1)
}
const cycles = option('cycles', 200)
const seed = option('seed', (Date.now() % 1_000_000) + 1)
const away = option('away', 0)

/** Complaints that are on the screen already. */
let told = 0

const bar = (done: number) => '█'.repeat(Math.round((done / cycles) * 30)).padEnd(30, '·')
const line = (done: number, { acked, lost, torn, repeated, seconds }: CrashReport) =>
  `${bar(done)} ${done}/${cycles}  acked ${acked}  lost ${lost}  torn ${torn}  twice ${repeated}  ${seconds.toFixed(0)} s`

console.log(
  `kill -9: ${victim}, ${cycles} cycles, seed ${seed}${away > 0 ? `, away for ${away} s each time` : ''}`,
)
const options = {
  cycles,
  seed,
  away,
  onCycle: (cycle: number, state: CrashReport) => {
    for (; told < state.complaints.length; told += 1) console.error(`\n${state.complaints[told]}`)
    if (process.stdout.isTTY) process.stdout.write(`\r${line(cycle, state)}`)
    else if (cycle % 10 === 0 || cycle === cycles) console.log(line(cycle, state))
  },
}
const report = await (victim === 'browser' ? browserLoop(options) : crashLoop(victim, options)).catch(
  (error: Error) => {
    console.error(inspect(error))
    process.exit(1)
  },
)
const sorted = [...report.recoveries].sort((a, b) => a - b)
const at = (share: number) => ((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) / 1_000).toFixed(1)
console.log(`
| killed | cycles | writes | acked | lost | torn | twice | device caught up by itself: median, worst | within 10 s | seconds |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
| ${victim} | ${report.cycles} | ${report.writes} | ${report.acked} | ${report.lost} | ${report.torn} | ${report.repeated} | ${at(0.5)} s, ${at(1)} s | ${sorted.filter((ms) => ms <= 10_000).length} of ${sorted.length} | ${report.seconds.toFixed(0)} |`)
for (const complaint of report.complaints.slice(told)) console.error(complaint)
process.exit(report.lost + report.torn + report.repeated === 0 ? 0 : 1)
