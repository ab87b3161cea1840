/** One step of the plan, done. Everything it draws comes from the seed and its own number. */
import * as client from './client-steps.ts'
import type { Device } from './device.ts'
import type { Kind, Step } from './plan.ts'
import type { Random } from './random.ts'
import type { Run } from './run.ts'
import * as staff from './staff-steps.ts'
import * as talk from './talk-steps.ts'
import * as talkback from './talkback-steps.ts'
import * as trouble from './trouble-steps.ts'

type Do = (run: Run, device: Device, random: Random) => unknown

const STEPS: { readonly [kind in Kind]: Do } = {
  write: client.write,
  submit: client.submit,
  dismiss: client.dismiss,
  retry: client.retry,
  discard: client.discard,
  poison: client.poison,
  'open-tab': (_, device) => device.state === 'active' && device.tabs.length < 3 && device.openTab(),
  'close-tab': (_, device, random) => void device.tab(random)?.close(),
  'crash-tab': (run, device, random) => {
    const tab = device.tab(random)
    if (tab) run.world.note(`${tab.name} crashes`)
    tab?.life.end()
  },
  'crash-at': (_, device, random) => device.tab(random)?.life.dieAt(random.between(1, 12)),
  'crash-in-pull': trouble.crashInPull,
  evict: (_, device) => device.state === 'active' && device.evict(),
  'disk-full': (_, device, random) => device.tab(random)?.life.fillDisk(random.between(1, 3)),
  'lose-connection': (_, device, random) => device.tab(random)?.loseConnections(),
  clock: trouble.moveClock,
  offline: trouble.goOffline,
  weather: trouble.badWeather,
  'server-crash': (run, _, random) => random.pick(run.servers.all).crash(),
  'server-crash-at': (run, _, random) => random.pick(run.servers.all).faults.dieAt(random.between(1, 40)),
  'database-fails-at': (run, _, random) => random.pick(run.servers.all).faults.failAt(random.between(1, 30)),
  'servers-apart': (run, _, random) => trouble.badWayBetween(run, random),
  'staff-assign': (run) => staff.assign(run),
  'staff-review': (run, _, random) => staff.review(run, random),
  'record-write': (run, _, random) => staff.visit(run, random),
  'record-answer': (run, _, random) => staff.prefill(run, random),
  'new-version': (run, _, random) => staff.publish(run, random),
  'other-client': (run, _, random) =>
    random.chance(0.5) ? staff.assign(run, run.otherClientId) : staff.visit(run, random, run.otherClientId),
  backup: trouble.backUp,
  restore: trouble.restore,
  'revoke-grant': trouble.revokeGrant,
  'revoke-device': trouble.revokeDevice,
  'update-app': trouble.updateApp,
  nap: trouble.nap,
  relapse: trouble.relapse,
  'torn-pull': trouble.tearPull,
  say: talk.say,
  read: talk.read,
  ask: talk.ask,
  'take-back': talk.takeBack,
  'ask-refill': talk.askRefill,
  'practice-says': talkback.say,
  decide: talkback.decide,
  prescribe: talkback.prescribe,
  'decide-refill': talkback.decideRefill,
}

export function take(run: Run, { n, kind, device }: Step): Promise<void> {
  const on = run.devices[device % run.devices.length]
  if (on === undefined) return Promise.resolve()
  return Promise.resolve(STEPS[kind](run, on, run.random.fork(`step ${n}`))).then(() => {})
}
