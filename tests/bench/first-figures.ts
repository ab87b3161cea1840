/**
 * The first figures of the product, measured here and now, each with its conditions, and where it makes sense beside a
 * baseline of the same run. `npm run bench` prints the tables; `--cold` adds a cold start from a bare clone (minutes).
 */
import { cpus, totalmem } from 'node:os'
import { findChromium } from '../tools/find-programs.mjs'
import { measureFirstLoad } from './first-load.ts'
import { measureFormKeystroke } from './form-keystroke-browser.ts'
import { measureInitialPull } from './initial-pull.ts'
import { measureOfflineOpen } from './offline-open.ts'
import { measureOneAnswer } from './one-answer.ts'
import { measurePropagation } from './propagation.ts'
import { measureServerGrowth } from './server-growth.ts'
import { measureServerMemory } from './server-memory.ts'
import { measureServerSoak } from './server-soak.ts'
import { measureServerThroughput } from './server-throughput.ts'
import { measureStarts } from './starts.ts'
import { measureTabTakeover } from './tab-takeover.ts'
import { type Figure, printTable } from './table.ts'

const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, ${process.platform}`
console.log(`Machine: ${machine}\nBrowser: ${findChromium() ?? 'none'}, headless\n`)

const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length)
const suites: readonly (readonly [name: string, measure: () => Promise<readonly Figure[]>])[] = [
  ['starts', () => measureStarts({ cold: process.argv.includes('--cold') })],
  ['first-load', measureFirstLoad],
  ['offline-open', measureOfflineOpen],
  ['one-answer', measureOneAnswer],
  ['form-keystroke', measureFormKeystroke],
  ['initial-pull', measureInitialPull],
  ['tab-takeover', measureTabTakeover],
  ['server-throughput', measureServerThroughput],
  ['server-memory', measureServerMemory],
  ['propagation', measurePropagation],
  ['server-growth', measureServerGrowth],
  ['server-soak', measureServerSoak],
]
/** Too long to be part of all: only by its name. */
const LONG = ['server-soak']
for (const [name, measure] of suites) {
  if (only === undefined ? LONG.includes(name) : only !== name) continue
  printTable(name, await measure())
}
process.exit(0)
