/**
 * `npm run fuzz -- --requests 100000 [--seed N] [--database postgres|pglite]`: generated requests and socket messages
 * against a server of its own. Ends with 1 when one was answered 5xx or not at all, when the server ended, when it kept
 * memory, or when rows are where none may be.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createDatabase } from '../harness/database.ts'
import { growthOf, NEVER_GROW } from './rows.ts'
import { type FuzzReport, runFuzz } from './run-fuzz.ts'
import type { Standing } from './server.ts'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    database: { type: 'string', default: 'postgres' },
  },
})
const requests = Number(values.requests)
const seed = Number(values.seed)
/** What lies in caches may differ; of used proofs, about a hundred bytes each, as many are remembered. */
const HEAP_ALLOWANCE = 10 * 1024 * 1024 + 100 * Math.min(requests, 200_000)
/** Until what is loaded and compiled when it is first asked for is there. */
const WARM_UP = 20_000

await using database = await createDatabase(values.database === 'pglite' ? 'pglite' : 'postgres')
const server = fork(join(import.meta.dirname, 'server.ts'), {
  execArgv: ['--import', 'tsx'],
  env: {
    PATH: process.env.PATH,
    PORT: '0',
    PORTAL_DATA_DIR: database.dataDir,
    PORTAL_LOG_LEVEL: 'error',
    PORTAL_TRUSTED_PROXIES: '127.0.0.1,::1',
    ...(database.databaseUrl === undefined ? {} : { DATABASE_URL: database.databaseUrl }),
  },
})
// Each question waits for the end too.
server.setMaxListeners(0)
let ended: string | undefined
server.on('exit', (code, signal) => {
  ended = `the server ended with ${code ?? signal}`
})
const answer = async <T>(): Promise<T> =>
  (await Promise.race([
    once(server, 'message'),
    once(server, 'exit').then(() => Promise.reject(new Error(ended))),
  ]).then(([message]) => message)) as T
const standing = () => {
  server.send('standing')
  return answer<Standing>()
}
const putBack = async () => {
  server.send('put back')
  await answer<'put back'>()
}

const { url } = await answer<{ url: string }>()
console.log(`${requests} requests and messages over ${values.database}, seed ${seed}`)
const warming = await runFuzz({ url, seed: seed + 1_000_000, requests: Math.min(WARM_UP, requests), putBack })
const before = await standing()
const started = performance.now()
let printed = 0
const report = await runFuzz({ url, seed, requests, putBack, onProgress: progress })
const seconds = (performance.now() - started) / 1_000
// Sockets that were closed last are still being forgotten.
await new Promise((resolve) => setTimeout(resolve, 2_000))
const failures = [...warming.complaints, ...(await judge(report, before))]
server.disconnect()
await once(server, 'exit')
console.log(
  failures.length === 0
    ? `\nNothing broke. Seed ${seed}.`
    : `\n${failures.join('\n')}\nAgain: --seed ${seed}`,
)
process.exitCode = failures.length === 0 ? 0 : 1

function progress(done: number): void {
  const now = (performance.now() - started) / 1_000
  if (done < requests && now - printed < (process.stderr.isTTY ? 0.5 : 30)) return
  printed = now
  const bar = '█'.repeat(Math.floor((done / requests) * 30)).padEnd(30, '░')
  const left = Math.ceil(((now / done) * (requests - done)) / 60)
  const line = `${bar} ${done}/${requests}, ${now.toFixed(0)} s, ${left} min left`
  process.stderr.write(process.stderr.isTTY ? `\r${line}  ` : `${line}\n`)
}

async function judge(
  { complaints, statuses, served, ...counts }: FuzzReport,
  first: Standing,
): Promise<string[]> {
  console.log(
    `\n${counts.requests} requests and ${counts.messages} socket messages in ${seconds.toFixed(0)} s`,
  )
  for (const [status, count] of [...statuses].sort()) console.log(`  ${status.padEnd(28)} ${count}`)
  console.log('Served, by operation:')
  for (const [key, count] of [...served].sort()) console.log(`  ${String(count).padStart(6)}  ${key}`)
  if (ended !== undefined) return [...complaints, ended]
  const last = await standing()
  const heap = last.heapBytes - first.heapBytes
  const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`
  console.log(`Heap after collection: ${mib(first.heapBytes)} before, ${mib(last.heapBytes)} after`)
  const growth = growthOf(new Map(first.rows), new Map(last.rows))
  console.log(`Rows added: ${[...growth].map(([name, by]) => `${name} ${by}`).join(', ')}`)
  return [
    ...complaints,
    ...(heap > HEAP_ALLOWANCE ? [`The server kept ${mib(heap)}.`] : []),
    ...NEVER_GROW.flatMap((name) => (growth.has(name) ? [`${name} has ${growth.get(name)} rows more.`] : [])),
  ]
}
