/** The dedicated worker's door: hands the browser's own facilities to the replica worker. */
import { openSocket } from '../../transport/socket.ts'
import type { MessagePortLike } from '../worker-port.ts'
import { describeDevice } from './device-name.ts'
import type { ChannelLike, WorkerEnvironment } from './environment.ts'
import { createReplicaWorker } from './replica-worker.ts'

const scope = globalThis as unknown as MessagePortLike

const openChannel = (name: string): ChannelLike => {
  const channel = new BroadcastChannel(name)
  return {
    postMessage: (message) => channel.postMessage(message),
    listen: (listener) => channel.addEventListener('message', ({ data }) => listener(data)),
    close: () => channel.close(),
  }
}

const environment: WorkerEnvironment = {
  indexedDB,
  IDBKeyRange,
  fetch: (input, init) => fetch(input, init),
  openSocket,
  origin: location.origin,
  clock: { now: () => Date.now() },
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  setTimer: (run, ms) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  ...(navigator.locks && {
    locks: { request: async (name, options, held) => await navigator.locks.request(name, options, held) },
  }),
  openChannel,
  isOnline: () => navigator.onLine,
  deviceName: describeDevice(navigator.userAgent),
}

createReplicaWorker(environment).serve(scope)
