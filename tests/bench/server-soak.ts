/**
 * Does the server's heap grow while it works? Rounds of load with devices that come and go; after each the heap is
 * collected and looked at. `--minutes=30`; the first tenth, in which everything is loaded and compiled, is left out.
 * What the server remembers of each client has bounds that half an hour does not reach; with `--staying=1` the same
 * clients work all the time, and nothing may grow.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openBusyPractice } from './busy-practice.ts'
import { sizes } from './flags.ts'
import { runSteadyLoad } from './run-load.ts'
import type { Figure } from './table.ts'

const ROUND_SECONDS = 90
const CLIENTS = 25

export async function measureServerSoak(): Promise<readonly Figure[]> {
  const { minutes, rate, staying } = sizes({ minutes: 30, rate: 50, staying: 0 })
  const preload = join(import.meta.dirname, 'heap-on-signal.mjs')
  await using practice = await openBusyPractice({ nodeOptions: `--expose-gc --import ${preload}` })
  const seen: Look[] = []
  const started = performance.now()
  const elapsed = () => (performance.now() - started) / 60_000
  const look = async () => {
    seen.push([elapsed(), await heapOf(practice.server.process.pid ?? 0)])
    console.log(
      `  ${elapsed().toFixed(0)} of ${minutes} min, heap ${((seen.at(-1)?.[1] ?? 0) / 1e6).toFixed(1)} MB`,
    )
  }
  const load = (seconds: number) => runSteadyLoad(practice, { clients: CLIENTS, rate, seconds, warmUpMs: 0 })
  let changes = 0
  if (staying > 0) {
    const all = load(minutes * 60)
    while (elapsed() < minutes) {
      await Promise.race([all, sleep(ROUND_SECONDS * 1_000)])
      await look()
    }
    changes = (await all).done
  } else
    while (elapsed() < minutes) {
      changes += (await load(ROUND_SECONDS)).done
      await look()
    }
  const counted = seen.filter(([minute]) => minute > minutes / 10)
  const clients = staying > 0 ? `the same ${CLIENTS}` : `${seen.length} rounds of ${CLIENTS} new`
  const conditions = `${changes} changes in ${minutes} min at about ${rate} a second, ${clients} clients with two devices each, looked at after a collection`
  return [
    { what: 'heap of the server, slope per 10 min', conditions, unit: 'MB', runs: [slope(counted) * 10] },
    { what: 'heap of the server', conditions, unit: 'MB', runs: counted.map(([, bytes]) => bytes / 1e6) },
  ]
}

type Look = readonly [minute: number, bytes: number]

async function heapOf(pid: number): Promise<number> {
  const file = join(tmpdir(), `portal-heap-${pid}`)
  process.kill(pid, 'SIGUSR2')
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 50))
  const bytes = Number(readFileSync(file, 'utf8'))
  rmSync(file)
  return bytes
}

/** Of the line of least squares; MB a minute. */
function slope(points: readonly Look[]): number {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [minute, bytes] = [mean(([x]) => x), mean(([, y]) => y)]
  const above = points.reduce((sum, [x, y]) => sum + (x - minute) * (y - bytes), 0)
  return above / points.reduce((sum, [x]) => sum + (x - minute) ** 2, 0) / 1e6
}
