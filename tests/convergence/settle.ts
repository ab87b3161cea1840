/** The end of all trouble: lines, servers and tabs come back, and everybody gets the time to catch up. */
import { STATE } from '../../client/replica/worker/sealed-rows.ts'
import type { Device } from './device.ts'
import { FAIR } from './network.ts'
import type { Run } from './run.ts'

/** Two minutes cover every back-off, time limit and check of the product some times over. */
const LONGEST_MS = 20 * 60_000
const SLICE_MS = 10_000
/** One that is not told in two seconds is looked for. */
const LATEST_WORD_MS = 5_000

/** Undefined when everybody is up to date; otherwise what is not, after {@link LONGEST_MS}. */
export async function settle(run: Run): Promise<string | undefined> {
  heal(run)
  // Late messages arrive late: what is up to date before they came may not be so afterwards.
  await run.world.run(30_000)
  let waits = ''
  for (let spent = 0; spent < LONGEST_MS; spent += SLICE_MS) {
    heal(run)
    await run.world.run(SLICE_MS)
    waits = await waitsOf(run)
    if (waits === '') {
      // What a tab has just written, another may not have heard of yet.
      await run.world.run(LATEST_WORD_MS)
      return undefined
    }
  }
  return waits
}

async function waitsOf(run: Run): Promise<string> {
  const head = await run.head()
  const waits = await Promise.all(run.devices.map((device) => waitsFor(device, head, run)))
  return waits.filter((wait) => wait !== '').join('; ')
}

function heal(run: Run): void {
  for (const server of run.servers.all) {
    server.faults.dieAt(null)
    server.faults.failAt(null)
    server.start()
  }
  Object.assign(run.servers.between, { loss: 0, slow: 0 })
  for (const device of run.devices) {
    device.line.connected = true
    Object.assign(device.line.weather, FAIR)
    device.tryAgain()
    for (const tab of device.tabs) {
      tab.life.dieAt(null)
      tab.life.fillDisk(0)
      tab.life.thaw()
    }
    if (device.state === 'active' && device.tabs.length === 0) device.openTab()
  }
}

async function waitsFor(device: Device, head: Awaited<ReturnType<Run['head']>>, run: Run): Promise<string> {
  if (device.state === 'revoked') return ''
  if (run.isForbidden(device.entry.deviceId)) return `I5 ${device.name} keeps a record it has no access to`
  const [tab] = device.tabs
  const store = tab?.replica?.store
  if (store === undefined) return `${device.name} has no open tab`
  const pending = await store.pending()
  const unsent = pending.filter(({ state }) => state !== STATE.attention)
  if (unsent.length > 0)
    return `${device.name} still has ${unsent.map(({ n, state }) => `${n}(${state})`).join()} (${tab?.view?.link})`
  const cursor = await store.cursor()
  return cursor?.s === head.s && cursor.e === head.e
    ? ''
    : `${device.name} is at ${cursor?.e}/${cursor?.s}, the server at ${head.e}/${head.s} (${tab?.view?.link})`
}
