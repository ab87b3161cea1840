/** The process of devices (`socket-load.ts`), from its parent's side. */
import { type ChildProcess, fork } from 'node:child_process'
import type { BusyPractice } from './busy-practice.ts'
import { cpuOfTree } from './processes.ts'
import type { LoadNews, LoadOrder } from './socket-load.ts'

export interface Load {
  readonly done: number
  readonly ms: number
  readonly latencies: readonly number[]
  /** ms of processor time while it measured. */
  readonly serverCpu: number
  readonly postgresCpu: number
}

const news = (child: ChildProcess, wanted: LoadNews['news']) =>
  new Promise<LoadNews>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The devices' process ended early (${code}).`)))
    child.on('message', (message: LoadNews) => message.news === wanted && resolve(message))
  })

function order(order: LoadOrder): ChildProcess {
  const child = fork('tests/bench/socket-load.ts', { execArgv: ['--import', 'tsx'] })
  child.send(order)
  return child
}

/** Resolves when all are connected; they stay until it is disposed. */
export async function startLoad(given: LoadOrder): Promise<AsyncDisposable> {
  const child = order(given)
  await news(child, 'started')
  child.removeAllListeners('exit')
  return {
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill()
      }),
  }
}

export async function runLoad(practice: BusyPractice, given: LoadOrder): Promise<Load> {
  const child = order(given)
  const cpu = () => [cpuOfTree(practice.server.process.pid ?? 0), cpuOfTree(practice.postgresPid)] as const
  const ending = news(child, 'ended')
  await Promise.race([news(child, 'started'), ending])
  const before = cpu()
  const ended = await ending
  const after = cpu()
  child.kill()
  if (ended.news !== 'ended') throw new Error('The devices said something else.')
  return { ...ended, serverCpu: after[0] - before[0], postgresCpu: after[1] - before[1] }
}

/** New clients with two devices each: one changes a draft of 30 answers at a steady pace, all of them `rate` times a second, the other hears of it. */
export async function runSteadyLoad(
  practice: BusyPractice,
  { clients, rate, seconds, warmUpMs }: Record<'clients' | 'rate' | 'seconds' | 'warmUpMs', number>,
): Promise<Load> {
  return runLoad(practice, {
    url: practice.server.url,
    devices: await practice.addClients(clients, { drafts: true, devices: 2 }),
    work: 'steady',
    warmUpMs,
    ms: seconds * 1_000,
    answers: 30,
    everyMs: (clients * 1_000) / rate,
  })
}
