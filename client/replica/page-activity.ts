/**
 * Tells the worker what only a page can see: that somebody is here (idle lock), that the network or the tab came
 * back (flush), and whether the browser promised to keep our storage. Nothing depends on Background Sync.
 */
import type { Nudge } from './worker-port.ts'

export interface ActivitySink {
  reportActivity(persisted?: boolean): void
  nudge(why: Nudge): void
}

/** Reports at most once per interval: the idle limit is minutes, the port need not carry every key. */
const REPORT_EVERY_MS = 10_000

export function watchActivity(sink: ActivitySink): void {
  let reported = 0
  const active = () => {
    const now = Date.now()
    if (now - reported < REPORT_EVERY_MS) return
    reported = now
    sink.reportActivity()
  }
  for (const type of ['pointerdown', 'keydown', 'wheel', 'touchstart'])
    addEventListener(type, active, { passive: true, capture: true })
  addEventListener('online', () => sink.nudge('online'))
  addEventListener('pageshow', () => sink.nudge('shown'))
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') sink.nudge('visible')
  })
}

/** Asks the browser not to evict the replica; called once something worth keeping is on the device. */
export async function askToPersist(sink: ActivitySink): Promise<void> {
  if (!navigator.storage?.persist) return
  sink.reportActivity((await navigator.storage.persisted()) || (await navigator.storage.persist()))
}
