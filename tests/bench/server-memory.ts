/** Memory of the server for each connected, idle client that has said hello; against the server with no client. */
import { type BusyDevice, openBusyPractice } from './busy-practice.ts'
import { sizes } from './flags.ts'
import { memoryOf } from './processes.ts'
import { startLoad } from './run-load.ts'
import type { Figure } from './table.ts'

const STEPS = [500, 2_000, 5_000]

export async function measureServerMemory(): Promise<readonly Figure[]> {
  const { most } = sizes({ most: 5_000 })
  await using practice = await openBusyPractice({ nodeOptions: '--expose-gc' })
  const pid = practice.server.process.pid ?? 0
  const warm = await practice.addClients(50)
  await using _first = await startLoad(idle(practice.server.url, warm))
  await settled(pid)
  const empty = memoryOf(pid)
  const figures: Figure[] = []
  const loads: AsyncDisposable[] = []
  let connected = 0
  for (const step of STEPS.filter((count) => count <= most)) {
    const more = await practice.addClients(step - connected)
    loads.push(await startLoad(idle(practice.server.url, more)))
    connected = step
    await settled(pid)
    const used = memoryOf(pid)
    const conditions = `${step} sockets from another process, each after its hello; PSS of the server, Postgres apart`
    figures.push(
      {
        what: `memory for each idle client, ${step}`,
        conditions,
        unit: 'KiB',
        runs: [(used - empty) / step / 1024],
      },
      { what: `memory of the server with ${step} idle clients`, conditions, unit: 'MB', runs: [used / 1e6] },
    )
  }
  for (const load of loads) await load[Symbol.asyncDispose]()
  return figures
}

const idle = (url: string, devices: readonly BusyDevice[]) =>
  ({ url, devices, work: 'idle', warmUpMs: 0, ms: 0, answers: 1, everyMs: 0 }) as const

/** Until the memory has stopped falling: the collector is at work for a while after the last hello. */
async function settled(pid: number): Promise<void> {
  let lowest = memoryOf(pid)
  for (let quiet = 0; quiet < 5; ) {
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const now = memoryOf(pid)
    quiet = now < lowest * 0.99 ? 0 : quiet + 1
    lowest = Math.min(lowest, now)
  }
}
