/** Seeds in parallel processes: each has a database in memory, and is replaced before it has grown. */
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'

export interface SeedResult {
  readonly seed: number
  readonly broken: readonly string[]
  readonly values: number
  readonly commits: number
}

export interface SeedRange {
  readonly from: number
  readonly count: number
  readonly workers: number
  /** For the processes, e.g. to load changed sources, and where their database is (`shareDatabase`). */
  readonly execArgv?: readonly string[]
  readonly environment?: { readonly [name: string]: string }
  /** What the processes write is not shown. */
  readonly quiet?: boolean
  /** Seconds for one seed; after that it counts as failed. */
  readonly limit?: number
}

const SEEDS_PER_PROCESS = 300

/** `onResult` says `false` when it has seen enough. */
export async function runSeeds(range: SeedRange, onResult: (result: SeedResult) => unknown): Promise<void> {
  let next = range.from
  const end = range.from + range.count
  let enough = false
  const work = async () => {
    while (next < end && !enough) {
      const child = start(range)
      try {
        await ready(child)
        for (let served = 0; served < SEEDS_PER_PROCESS && next < end && !enough; served += 1) {
          const seed = next
          next += 1
          const result = await serve(child, seed, range.limit ?? 900)
          if (onResult(result) === false) enough = true
          if (child.exitCode !== null || child.killed) break
        }
      } finally {
        child.kill()
      }
    }
  }
  await Promise.all(Array.from({ length: range.workers }, work))
}

function start({ execArgv = [], environment = {}, quiet = false }: SeedRange): ChildProcess {
  return fork(join(import.meta.dirname, 'simulate-worker.ts'), {
    execArgv: ['--import', 'tsx', ...execArgv],
    env: { ...process.env, ...environment },
    stdio: ['ignore', quiet ? 'ignore' : 'inherit', quiet ? 'ignore' : 'inherit', 'ipc'],
  })
}

const ready = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('message', () => resolve())
    child.once('exit', (code) => reject(new Error(`a process of the simulation ended (${code})`)))
  })

const serve = (child: ChildProcess, seed: number, limit: number): Promise<SeedResult> =>
  new Promise((resolve) => {
    const fail = (reason: string) => {
      child.kill('SIGKILL')
      resolve({ seed, broken: [reason], values: 0, commits: 0 })
    }
    const timer = setTimeout(() => fail(`not finished after ${limit} s`), limit * 1000)
    const ended = (code: number | null) => fail(`the process ended (${code})`)
    child.once('exit', ended)
    child.once('message', (result: SeedResult) => {
      clearTimeout(timer)
      child.off('exit', ended)
      resolve(result)
    })
    child.send(seed)
  })
