/** From one device's push to the other device of the same client, over real sockets, at a steady rate of changes. */
import { openBusyPractice } from './busy-practice.ts'
import { sizes } from './flags.ts'
import { runSteadyLoad } from './run-load.ts'
import type { Figure } from './table.ts'

export async function measurePropagation(): Promise<readonly Figure[]> {
  const { clients, seconds } = sizes({ clients: 50, seconds: 10 })
  await using practice = await openBusyPractice()
  const figures: Figure[] = []
  for (const rate of [50, 500]) {
    const load = await runSteadyLoad(practice, { clients, rate, seconds, warmUpMs: 2_000 })
    const sorted = [...load.latencies].sort((a, b) => a - b)
    const at = (part: number) => [sorted[Math.floor(sorted.length * part)] ?? 0]
    const conditions = `${rate} changes a second asked for, ${Math.round(load.done / (load.ms / 1_000))} done, ${clients} clients with two devices each, sender and receiver in one process, Postgres with fsync`
    figures.push(
      { what: `device to device at ${rate} a second, p50`, conditions, unit: 'ms', runs: at(0.5) },
      { what: `device to device at ${rate} a second, p99`, conditions, unit: 'ms', runs: at(0.99) },
    )
  }
  return figures
}
