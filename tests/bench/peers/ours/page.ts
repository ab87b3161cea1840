/**
 * The bench page, `window.bench`. As in the product, the worker starts with the page's first script, and RxDB is loaded
 * and made ready while the worker opens the replica.
 */
import {
  connectToWorker,
  type WorkerClient,
  type WorkerEvent,
} from '../../../../client/replica/worker-port.ts'
import type { BenchCalls, Share } from './bench-calls.ts'

export interface OpenOptions {
  readonly db: string
  readonly url?: string | null
  readonly sync?: boolean
  readonly share?: Share
}

/** What the page has of its worker. */
export interface BenchWorker {
  readonly client: WorkerClient
  readonly ask: <K extends keyof BenchCalls>(
    name: K,
    input: Parameters<BenchCalls[K]>[0],
  ) => ReturnType<BenchCalls[K]>
  onEvent(listener: (event: WorkerEvent) => void): void
}

/** Stands for the key that unlocking gives. */
const KEY = Array.from({ length: 32 }, (_, index) => (index * 7 + 3) % 256)
const NAMES = [
  'close',
  'bulkInsert',
  'insert',
  'get',
  'queryDrafts',
  'editField',
  'count',
  'connect',
  'disconnect',
  'flush',
  'watch',
  'share',
  'settle',
] as const

const worker = new Worker(new URL('./bench-worker.ts', import.meta.url), { type: 'module', name: 'replica' })
const listeners = new Set<(event: WorkerEvent) => void>()
const client = connectToWorker(worker, (event) => {
  for (const listener of listeners) listener(event)
})
const ask = client.call as unknown as BenchWorker['ask']
const loading = import('./replica-page.ts').then(({ createBench }) =>
  createBench({ client, ask, onEvent: (listener) => void listeners.add(listener) }),
)

async function open(options: OpenOptions): Promise<void> {
  const { db, url = null, sync = false, share } = options
  const remembered = localStorage.getItem(`signed-in ${db}`)
  const known = share ?? (remembered === null ? null : (JSON.parse(remembered) as Share))
  const opened = ask('benchOpen', { db, url: sync ? url : null, key: KEY, known })
  await (await loading).open(options, opened)
  const signedIn = await opened
  if (signedIn !== null) localStorage.setItem(`signed-in ${db}`, JSON.stringify(signedIn))
}

Object.assign(globalThis, {
  bench: {
    open,
    ...Object.fromEntries(
      NAMES.map((name) => [
        name,
        async (...args: unknown[]) => {
          const bench: Record<string, unknown> = { ...(await loading) }
          return await (bench[name] as (...given: unknown[]) => unknown)(...args)
        },
      ]),
    ),
  },
})
