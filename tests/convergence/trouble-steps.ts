/** What goes wrong. */
import { PROTOCOL } from '../../shared/protocol/terms.ts'
import { beginNewEpoch } from '../../sync-server/replication/head-store.ts'
import { type Backup, putBack, takeBackup } from './backup.ts'
import { write } from './client-steps.ts'
import type { Device } from './device.ts'
import { FAIR } from './network.ts'
import type { Random } from './random.ts'
import type { Run } from './run.ts'
import { assign, visit } from './staff-steps.ts'

const DAY = 86_400_000

export function moveClock(run: Run, device: Device, random: Random): void {
  device.skew = random.pick([-DAY, DAY, 0, 30_000, -30_000, random.between(-DAY, DAY)])
  run.world.note(`${device.name}'s clock is ${device.skew} ms ahead`)
}

export function goOffline(run: Run, device: Device, random: Random): void {
  run.world.note(`${device.name} is cut off`)
  device.line.connected = false
  for (const tab of device.tabs) tab.cut(random.chance(0.6))
  run.world.after(random.between(200, 90_000), () => {
    device.line.connected = true
    run.world.note(`${device.name} is connected`)
    for (const { life, replica } of device.tabs) if (random.chance(0.6) && !life.frozen) replica?.nudge()
  })
}

export function badWeather(run: Run, device: Device, random: Random): void {
  Object.assign(device.line.weather, {
    loss: random.pick([0, 0.1, 0.4]),
    twice: random.pick([0, 0.2, 0.5]),
    slow: random.pick([0, 0.2, 0.6]),
  })
  run.world.note(`${device.name} has a bad line`)
  run.world.after(random.between(1_000, 60_000), () => Object.assign(device.line.weather, FAIR))
}

const backups = new WeakMap<Run, Backup>()

export async function backUp(run: Run): Promise<void> {
  run.world.note('backup')
  backups.set(run, await run.world.busy(takeBackup(run.clinic.database, run.clientId)))
}

/** As an operator does it: stop, put back, begin a new epoch, start. */
export async function restore(run: Run): Promise<void> {
  const backup = backups.get(run)
  if (backup !== undefined) await restoreTo(run, backup)
}

async function restoreTo(run: Run, backup: Backup): Promise<void> {
  run.world.note('restore')
  for (const server of run.servers.all) server.crash()
  await run.world.busy(putBackAll(run, backup))
}

async function putBackAll(run: Run, backup: Backup): Promise<void> {
  await putBack(run.clinic.database, run.clientId, backup)
  await run.clinic.database.transaction((tx) => beginNewEpoch(tx, run.world.now))
  const { text } = await run.stored()
  run.ledger.restored((token) => text.includes(token))
}

/** What the practice writes is pulled, and a moment later no server ever had it. */
export async function relapse(run: Run, device: Device, random: Random): Promise<void> {
  run.world.note('a restore is coming')
  const backup = await run.world.busy(takeBackup(run.clinic.database, run.clientId))
  practiceWrites(run, random, random.between(1, 3))
  if (random.chance(0.3)) run.world.after(4_000, () => goOffline(run, device, random))
  soon(run, random.between(4_000, 15_000), () => restoreTo(run, backup))
}

const soon = (run: Run, ms: number, what: () => Promise<void>) =>
  run.world.after(ms, () => {
    void run.world.attend(what()).catch((error: unknown) => run.ledger.broken.push(`later: ${error}`))
  })
/** Within three seconds. */
function practiceWrites(run: Run, random: Random, count: number): void {
  for (let left = count; left > 0; left -= 1)
    soon(run, random.between(100, 3_000), () => (random.chance(0.5) ? visit(run, random) : assign(run)))
}

/** A device was away while much happened, and its tab dies between two pages of what it then has to pull. */
export function tearPull(run: Run, device: Device, random: Random): void {
  run.world.note(`${device.name} has much to pull`)
  device.line.connected = false
  for (const tab of device.tabs) tab.cut(true)
  practiceWrites(run, random, random.between(3, 7))
  run.world.after(4_000, () => {
    device.line.connected = true
    for (const { life, replica } of device.tabs) {
      life.dieAfter('pull', random.between(3, 16))
      if (!life.frozen) replica?.nudge()
    }
  })
}

/**
 * A tab is frozen, often with a question under way, and another takes the lead. Often the server is put back meanwhile, and the
 * tab thaws just when the other has begun to pull.
 */
export async function nap(run: Run, device: Device, random: Random): Promise<void> {
  const { world } = run
  if (device.state !== 'active') return
  if (device.tabs.length < 2) device.openTab()
  const life = (random.chance(0.6) ? device.tabs[0] : random.pick(device.tabs))?.life
  if (life === undefined) return
  const after = random.pick(['pull', 'push', 'push', null])
  const backup = random.chance(0.6)
    ? await world.busy(takeBackup(run.clinic.database, run.clientId))
    : undefined
  const sleep = () => {
    life.freeze()
    world.after(random.between(5_000, 25_000), life.thaw)
    if (backup === undefined) return
    soon(run, random.between(100, 2_500), () => restoreTo(run, backup))
    world.after(2_600, () => {
      for (const other of device.tabs)
        if (other.life !== life)
          other.life.afterSent('pull', () => world.after(random.between(0, 200), life.thaw))
    })
  }
  if (after === null) return sleep()
  life.afterSent(after, sleep)
  if (after === 'pull') practiceWrites(run, random, 2)
  else world.after(random.between(0, 2_000), () => soon(run, 0, async () => write(run, device, random)))
}

export async function revokeGrant(run: Run, _: Device, random: Random): Promise<void> {
  if (run.proxy === null) return
  const device = run.devices.at(-1)
  // Often the device is away just then, and hears of it only when it comes back.
  if (device && random.chance(0.5)) goOffline(run, device, random)
  run.world.note('the proxy is revoked')
  await run.servers.revokeGrant(run.proxy, run.clientId)
  if (device) run.forbid(device.entry.deviceId)
}

export async function revokeDevice(run: Run, device: Device): Promise<void> {
  run.world.note(`${device.name} is revoked`)
  const { deviceId } = device.entry
  run.forbid(deviceId, await run.servers.revokeDevice(deviceId))
}

/** Tabs that are open go on with the version before; the next ones are of the newest. */
export function updateApp(run: Run): void {
  const device = run.devices.find(({ protocol }) => protocol !== PROTOCOL)
  if (device === undefined) return
  run.world.note(`${device.name} gets the newest app`)
  device.protocol = PROTOCOL
}

/** The next pull ends between two of the commits that take it in. */
export function crashInPull(run: Run, device: Device, random: Random): void {
  for (const { life } of device.tabs) life.dieAfter('pull', random.between(1, 8))
  // What it has to pull then is what came meanwhile.
  if (random.chance(0.7)) goOffline(run, device, random)
}

/** What servers tell each other gets lost or comes late. */
export function badWayBetween({ servers, world }: Run, random: Random): void {
  Object.assign(servers.between, { loss: random.pick([0.3, 1]), slow: random.pick([0, 0.5]) })
  world.note('the servers do not hear each other well')
  world.after(random.between(1_000, 60_000), () => Object.assign(servers.between, { loss: 0, slow: 0 }))
}
