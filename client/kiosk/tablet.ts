/** The page's side of a tablet: starts the worker, asks it, and hears how the tablet is. */
import { BehaviorSubject, type Observable } from 'rxjs'
import type { FromWorker, TabletCalls, TabletView, ToWorker } from './tablet-port.ts'

export interface Tablet extends TabletCalls {
  readonly view$: Observable<TabletView> & { readonly value: TabletView }
}
const STARTING: TabletView = {
  state: 'starting',
  name: '',
  practice: '',
  phone: '',
  idleSeconds: 120,
  hasPin: false,
  unsent: 0,
  refused: 0,
  waiting: [],
  lastContactAt: null,
  locked: false,
  endVisit: false,
}

export function startTablet(): Tablet {
  const worker = new Worker(new URL('./worker/kiosk-worker-entry.ts', import.meta.url), {
    type: 'module',
    name: 'kiosk',
  })
  const view$ = new BehaviorSubject(STARTING)
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let last = 0
  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
    if ('view' in data) return view$.next(data.view)
    const asked = waiting.get(data.id)
    waiting.delete(data.id)
    if (data.ok) asked?.resolve(data.value)
    else asked?.reject(new Error(data.message))
  })
  const ask = <K extends keyof TabletCalls>(call: K): TabletCalls[K] =>
    // One table of names for both sides: what comes back is what the call's name says.
    ((input: unknown) =>
      new Promise((resolve, reject) => {
        last += 1
        waiting.set(last, { resolve, reject })
        worker.postMessage({ id: last, call, input } satisfies ToWorker)
      })) as TabletCalls[K]
  return {
    view$,
    enrol: ask('enrol'),
    openVisit: ask('openVisit'),
    keep: ask('keep'),
    endVisit: ask('endVisit'),
    checkPin: ask('checkPin'),
    askHelp: ask('askHelp'),
    syncNow: ask('syncNow'),
  }
}
