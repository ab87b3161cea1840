/** The dedicated worker of a tablet: opens what the tablet keeps, and answers the page. */
import type { FromWorker, TabletCalls, TabletView, ToWorker } from '../tablet-port.ts'
import { createTabletWorker } from './tablet-worker.ts'

const scope = globalThis as unknown as {
  postMessage(message: FromWorker): void
  addEventListener(type: 'message' | 'online', listener: (event: MessageEvent<ToWorker>) => void): void
}
const show = (view: TabletView) => scope.postMessage({ view })
const AGAIN_MS = 2_000
/** Right after a crash the browser may not let its storage be read yet. */
async function start(): Promise<TabletCalls> {
  for (;;)
    try {
      return await createTabletWorker(show)
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
}
const worker = start()

scope.addEventListener('message', ({ data: { id, call, input } }) => {
  worker
    .then((calls) => (calls[call] as (input: unknown) => Promise<unknown>)(input))
    .then(
      (value) => scope.postMessage({ id, ok: true, value }),
      (error: unknown) => scope.postMessage({ id, ok: false, message: String(error) }),
    )
})
scope.addEventListener('online', () => void worker.then((calls: TabletCalls) => calls.syncNow({})))
