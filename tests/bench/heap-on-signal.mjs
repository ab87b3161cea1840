/** Loaded into the server before it (`--import`, with `--expose-gc`): on SIGUSR2 it collects and writes what is left of its heap. */
import { renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

process.on('SIGUSR2', async () => {
  // What waits for a turn of its own (streams, finalizers) goes with the second and third.
  for (let turn = 0; turn < 3; turn += 1) {
    globalThis.gc()
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  const file = join(tmpdir(), `portal-heap-${process.pid}`)
  writeFileSync(`${file}.new`, String(process.memoryUsage().heapUsed))
  renameSync(`${file}.new`, file)
})
