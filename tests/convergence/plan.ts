/** What is going to happen in a run: drawn from the seed before it begins, as data, so that a part of it can be left out. */
import type { Packing } from '../../client/replica/worker/packing.ts'
import { createRandom, type Random } from './random.ts'

const FORM_KINDS = [
  'write',
  'submit',
  'dismiss',
  'retry',
  'discard',
  'poison',
  'open-tab',
  'close-tab',
  'crash-tab',
  'crash-at',
  'crash-in-pull',
  'evict',
  'disk-full',
  'lose-connection',
  'clock',
  'offline',
  'weather',
  'server-crash',
  'server-crash-at',
  'database-fails-at',
  'servers-apart',
  'staff-assign',
  'staff-review',
  'record-write',
  'record-answer',
  'new-version',
  'other-client',
  'backup',
  'restore',
  'revoke-grant',
  'revoke-device',
  'update-app',
] as const
/** What people and their practice say to each other beside the forms. */
const TALK = [
  'say',
  'practice-says',
  'read',
  'ask',
  'take-back',
  'decide',
  'prescribe',
  'ask-refill',
  'decide-refill',
] as const
/** What makes pulls break off, overtake each other, and meet a history that is no more. */
const UNREST = ['nap', 'relapse', 'torn-pull'] as const
type FormKind = (typeof FORM_KINDS)[number]
export const KINDS = [...FORM_KINDS, ...TALK, ...UNREST]
export type Kind = (typeof KINDS)[number]

export interface Step {
  /** Position in the whole plan; with the seed it decides everything that the step draws. */
  readonly n: number
  /** ms after the beginning. */
  readonly at: number
  readonly kind: Kind
  /** Index of a device; steps of the server ignore it. */
  readonly device: number
}

export interface Plan {
  readonly seed: number
  readonly devices: number
  /** One of the devices belongs to a proxy, whose grant may end. */
  readonly proxy: boolean
  /** How many protocols behind the newest the first device is, until its app is updated: 0 to 2. */
  readonly behind: number
  /** Processes of the server, over one database. */
  readonly servers: number
  /** People also write messages and ask for things. */
  readonly talks: boolean
  /** Rows of a page of a pull, where it is few; null: as many as are asked for. */
  readonly pageRows: number | null
  /** Sizes by which documents lie together; null: the product's, which no run reaches. */
  readonly packing: Packing | null
  readonly steps: readonly Step[]
}

/** How often each kind comes up, relative to the others. */
const WEIGHTS: { readonly [kind in FormKind]: number } = {
  write: 40,
  submit: 2,
  dismiss: 2,
  retry: 1,
  discard: 0.6,
  poison: 1.5,
  'open-tab': 4,
  'close-tab': 2,
  'crash-tab': 2,
  'crash-at': 6,
  'crash-in-pull': 4,
  evict: 0.5,
  'disk-full': 1,
  'lose-connection': 1,
  clock: 1.5,
  offline: 5,
  weather: 5,
  'server-crash': 1,
  'server-crash-at': 5,
  'database-fails-at': 3,
  'servers-apart': 4,
  'staff-assign': 1,
  'staff-review': 1,
  'record-write': 2,
  'record-answer': 1,
  'new-version': 0.5,
  'other-client': 1,
  backup: 1.2,
  restore: 1.2,
  'revoke-grant': 3,
  'revoke-device': 0.3,
  'update-app': 3,
}

export function makePlan(seed: number): Plan {
  const random = createRandom(`plan ${seed}`)
  const devices = random.between(2, random.chance(0.3) ? 5 : 3)
  const length = random.between(15, 45)
  // Some runs are crowded into seconds, some are spread over minutes.
  const span = random.pick([5_000, 20_000, 60_000, 120_000, 400_000])
  const proxy = random.chance(0.25)
  const behind = random.chance(0.25) ? random.between(1, 2) : 0
  const servers = random.chance(0.4) ? 2 : 1
  const bag = bagOf(random, (kind) => {
    if (kind === 'revoke-grant') return proxy
    if (kind === 'servers-apart') return servers > 1
    return kind !== 'update-app' || behind > 0
  })
  const times = Array.from({ length }, () => random.between(0, span)).sort((a, b) => a - b)
  const steps = times.map(
    (at, n): Step => ({ n, at, kind: draw(random, bag), device: random.between(0, devices - 1) }),
  )
  const talk = talkOf(seed, devices, span)
  const unrest = unrestOf(seed, devices, span)
  const all = [...steps, ...talk, ...unrest.steps, ...partingOf(seed, devices, span)].sort(
    (a, b) => a.at - b.at,
  )
  const { pageRows } = unrest
  const packing = packingOf(seed)
  return { seed, devices, proxy, behind, servers, talks: talk.length > 0, pageRows, packing, steps: all }
}

/** From a seed of its own: a run without it is what it was before there was any. */
function talkOf(seed: number, devices: number, span: number): Step[] {
  const random = createRandom(`talk ${seed}`)
  if (random.chance(0.6)) return []
  return Array.from({ length: random.between(5, 25) }, (_, index) => ({
    n: 1_000 + index,
    at: random.between(0, span),
    kind: random.pick(TALK),
    device: random.between(0, devices - 1),
  }))
}

/** From a seed of its own as well. */
function unrestOf(seed: number, devices: number, span: number): Pick<Plan, 'pageRows' | 'steps'> {
  const random = createRandom(`unrest ${seed}`)
  if (random.chance(0.4)) return { pageRows: null, steps: [] }
  const pageRows = random.chance(0.8) ? random.between(1, 4) : null
  const steps = Array.from({ length: random.between(1, 8) }, (_, index) => ({
    n: 2_000 + index,
    at: random.between(0, span),
    kind: random.pick([...UNREST, 'crash-in-pull'] as const),
    device: random.between(0, devices - 1),
  }))
  return { pageRows, steps }
}

/** Somebody goes on typing, in all tabs, while the device is signed out elsewhere. From a seed of its own as well. */
function partingOf(seed: number, devices: number, span: number): Step[] {
  const random = createRandom(`parting ${seed}`)
  if (random.chance(0.85)) return []
  const device = random.between(0, devices - 1)
  const at = random.between(0, span)
  const typing = Array.from({ length: 30 }, (_, index) => ({
    n: 3_001 + index,
    at: at + random.between(0, 1_500),
    kind: 'write' as const,
    device,
  }))
  return [{ n: 3_000, at, kind: 'revoke-device', device }, ...typing]
}

/** Small enough for blocks of a few documents, and snapshots of them. From a seed of its own as well. */
function packingOf(seed: number): Packing | null {
  const random = createRandom(`packing ${seed}`)
  if (random.chance(0.5)) return null
  const single = random.between(0, 2)
  const scattered = single + random.between(1, 3)
  return {
    block: random.between(1, 5),
    single,
    scattered,
    tidied: scattered + random.between(0, 3),
    moved: random.between(1, 4),
  }
}

/** A run has some kinds of trouble and not others: so that each also stands alone. */
function bagOf(random: Random, canBe: (kind: FormKind) => boolean): [FormKind, number][] {
  const bag: [FormKind, number][] = []
  for (const kind of FORM_KINDS)
    if (kind === 'write' || (random.chance(0.55) && canBe(kind)))
      bag.push([kind, WEIGHTS[kind] * (0.5 + random.fraction() * 2)])
  return bag
}

function draw(random: Random, bag: readonly [FormKind, number][]): FormKind {
  let left = random.fraction() * bag.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [kind, weight] of bag) {
    left -= weight
    if (left <= 0) return kind
  }
  return 'write'
}
