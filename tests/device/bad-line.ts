/**
 * A device of the demo practice behind a network of its own and with time in the test's hands, and what the server
 * holds, asked for on a good line.
 */
import { afterAll, afterEach, beforeAll } from 'vitest'
import { type OpenSocket, openSocket } from '../../client/transport/socket.ts'
import type { Draft } from '../../shared/domains/forms/schema.ts'
import type { JsonObject } from '../../shared/kernel/json.ts'
import type { CollectionName } from '../../shared/protocol/collections.ts'
import type { PullAnswer } from '../../shared/protocol/messages.ts'
import { SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { createNetwork, type Network } from '../harness/network.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { DEMO_PASSWORD, type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'
import { createVirtualTime, type VirtualTime } from './virtual-time.ts'

/** A document of the server. */
export interface Held {
  readonly rev: number
  readonly body: JsonObject
}

export interface OnABadLine {
  readonly device: TestDevice
  readonly network: Network
  readonly time: VirtualTime
  /** Is an answer, or a socket's opening, waited for? */
  isAsking(): boolean
  /** Every state of the link since the last call, without repetitions. */
  links(): string[]
  /**
   * Until it holds. While a request is under way its time does not pass, so that a slow machine is no slow network;
   * when none is, the next short wait is over at once.
   */
  until(holds: () => boolean | Promise<boolean>): Promise<void>
  /** Until all it had is on the server and it says so. */
  settled(): Promise<void>
}

/** What every request over HTTP is limited to, and nothing else is. */
const HTTP_MS = 120_000
/** Waits between attempts, and for more typing. */
const SHORT_MS = 8_000

export function badLines(collections?: readonly CollectionName[]) {
  let portal: RunningPortal
  const opened: AsyncDisposable[] = []
  let witness: SignedInDevice | undefined
  beforeAll(async () => {
    portal = await startPortal()
  })
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]()
  })
  afterAll(() => portal.close())

  const create = (url: string, name: string, time?: VirtualTime, open: OpenSocket = openSocket) =>
    createTestDevice({
      url,
      email: 'client@demo.test',
      password: DEMO_PASSWORD,
      name,
      network: { fetch, openSocket: open },
      ...(time && { time }),
      ...(collections && { collections }),
    })

  return {
    get portal(): RunningPortal {
      return portal
    },
    /** Signed in, and not waited for; on a good line unless `prepare` makes it another. */
    async onABadLine(name: string, prepare: (network: Network) => void = () => {}): Promise<OnABadLine> {
      const network = await createNetwork(() => portal.port)
      opened.push(network)
      prepare(network)
      const time = createVirtualTime()
      const asked = countAsked()
      const device = await create(network.url, name, time, asked.openSocket)
      opened.push(device)
      const isAsking = () => asked.count() > 0 || time.waits().includes(HTTP_MS)
      return watched({ device, network, time, isAsking })
    },
    /** Another device of the same client on a good line, in real time. */
    async other(): Promise<TestDevice> {
      const device = await create(portal.url, 'tablet')
      opened.push(device)
      await device.settled()
      return device
    },
    /** What the server holds, by document id. */
    async held(): Promise<ReadonlyMap<string, Held>> {
      witness ??= await signIn(portal.url, 'client@demo.test')
      const { clientId: client } = witness
      const held = new Map<string, Held>()
      for (let page: Pick<PullAnswer, 'next' | 'upTo'> | null = null; ; ) {
        const body = { client, after: page?.next ?? 0, upTo: page?.upTo ?? null }
        const answer = await witness.fetch(`${SYNC_HTTP}/pull`, { method: 'POST', body })
        const { rows, done, next, upTo } = answer.body as unknown as PullAnswer
        for (const row of rows) if (row[3] === 0) held.set(row[1], { rev: row[2], body: row[4] })
        if (done) return held
        page = { next, upTo }
      }
    },
  }
}

/** Sockets that are being opened and what is asked on them. */
function countAsked() {
  const under = new Set<object>()
  const during = async <T>(asking: Promise<T>): Promise<T> => {
    const token = {}
    under.add(token)
    try {
      return await asking
    } finally {
      under.delete(token)
    }
  }
  const counted: OpenSocket = (options) => {
    const opening = {}
    under.add(opening)
    const { events } = options
    const socket = openSocket({
      ...options,
      events: {
        ...events,
        opened: () => {
          under.delete(opening)
          events.opened()
        },
        closed: (code) => {
          under.delete(opening)
          events.closed(code)
        },
      },
    })
    return {
      hello: (message) => during(socket.hello(message)),
      push: (message) => during(socket.push(message)),
      pull: (message) => during(socket.pull(message)),
      wiped: () => during(socket.wiped()),
      close: () => {
        under.delete(opening)
        socket.close()
      },
    }
  }
  return { count: () => under.size, openSocket: counted }
}

function watched(parts: Pick<OnABadLine, 'device' | 'network' | 'time' | 'isAsking'>): OnABadLine {
  const { device, time, isAsking } = parts
  let seen: string[] = []
  device.session.sync$.subscribe(({ link }) => {
    if (seen.at(-1) !== link) seen.push(link)
  })
  const until: OnABadLine['until'] = async (holds) => {
    while (!(await holds())) {
      if (!isAsking() && time.next() <= SHORT_MS) time.advance(time.next())
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  return {
    ...parts,
    until,
    links() {
      const taken = seen
      seen = [device.sync.link]
      return taken
    },
    settled: () =>
      until(async () => {
        const { link, unsent, progress } = device.sync
        if (link !== 'online' || unsent > 0 || progress !== null) return false
        return ((await device.session.exportUnsent()) as unknown[]).length === 0
      }),
  }
}

/** Types answers into a form of the demo practice. */
export async function type(on: TestDevice, formKey: string, answers: Draft['answers']): Promise<void> {
  const draft = await draftOf(on, formKey)
  await draft.incrementalModify((data) => ({
    ...data,
    status: 'draft' as const,
    answers: { ...data.answers, ...answers },
  }))
}

export async function draftOf(on: TestDevice, formKey: string) {
  const found = (await on.db.drafts.find().exec()).find((draft) => draft.formKey === formKey)
  if (found === undefined) throw new Error(`no ${formKey}`)
  return found
}
