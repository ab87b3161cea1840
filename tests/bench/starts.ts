/** `npm start`: the second time over the same data, and (with `cold`) on a bare clone with an empty data directory. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Figure } from './table.ts'

/** Milliseconds from the command to "Ready", then Ctrl-C; rejects when the server ends before. */
async function timeStart(folder: string, dataDir: string): Promise<number> {
  const started = performance.now()
  const child = spawn('npm', ['start'], {
    cwd: folder,
    env: { ...process.env, PORT: '0', PORTAL_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const took = await new Promise<number>((resolve, reject) => {
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
      if (output.includes('Ready in')) resolve(performance.now() - started)
    })
    child.on('exit', () => reject(new Error(`the server ended:\n${output}`)))
  })
  await end(child)
  return took
}

async function end(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT')
  await gone
}

export async function measureStarts({ cold }: { cold: boolean }): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'portal-start-'))
  const figures: Figure[] = []
  try {
    if (cold) {
      const clone = join(folder, 'clone')
      execFileSync('git', ['clone', '--quiet', process.cwd(), clone])
      figures.push({
        what: '`npm start` on a bare clone, until ready',
        conditions:
          'npm ci, Prisma client, both builds, PGlite, demo practice; packages come over the network',
        unit: 'ms',
        runs: [await timeStart(clone, join(folder, 'cold'))],
      })
    }
    const data = join(folder, 'data')
    await timeStart(process.cwd(), data)
    const runs = []
    for (let run = 0; run < 5; run += 1) runs.push(await timeStart(process.cwd(), data))
    figures.push({
      what: 'second `npm start`, until ready',
      conditions: 'everything built, embedded database with the demo practice',
      unit: 'ms',
      runs,
    })
    return figures
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
