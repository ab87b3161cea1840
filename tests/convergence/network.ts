/**
 * The network between one device and the server, one message at a time: late, lost, twice, overtaken, or cut off.
 * What is asked and gets no answer ends as the product's own transport ends it: a time limit in virtual time.
 */

import type { Http } from '../../client/transport/http.ts'
import type { OpenSocket, PortalSocket, SocketEvents } from '../../client/transport/socket.ts'
import { SocketTimeout } from '../../client/transport/socket.ts'
import type { Reply } from '../../shared/protocol/messages.ts'
import type { Question } from '../../shared/protocol/versions.ts'
import { spokenBy } from '../harness/made-up-protocol.ts'
import type { Life } from './life.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

/** How bad the line is at the moment; probabilities for each message. */
export interface Weather {
  loss: number
  twice: number
  /** Takes seconds instead of milliseconds, so that later ones overtake it. */
  slow: number
}
export const FAIR: Readonly<Weather> = { loss: 0, twice: 0, slow: 0 }

export interface Line {
  readonly weather: Weather
  /** False: nothing gets through, in either direction. */
  connected: boolean
  /** The server gives so many rows of a pull at a time; null: as many as are asked for. */
  readonly pageRows: number | null
  carry(label: string, deliver: () => void): void
}

export function createLine(name: string, world: World, random: Random, pageRows: number | null): Line {
  const latency = (slow: boolean) => (slow ? random.between(300, 12_000) : random.between(3, 60))
  const line: Line = {
    weather: { ...FAIR },
    connected: true,
    pageRows,
    carry(label, deliver) {
      const { loss, twice, slow } = line.weather
      if (!line.connected || random.chance(loss)) return world.note(`${name} lost ${label}`)
      const arrive = () => {
        if (!line.connected) return world.note(`${name} lost ${label}`)
        deliver()
      }
      world.after(latency(random.chance(slow)), arrive)
      if (!random.chance(twice)) return
      world.note(`${name} twice ${label}`)
      world.after(latency(random.chance(slow)), arrive)
    },
  }
  return line
}

/** The server's end of a socket. */
export interface Connection {
  readonly token: string
  readonly protocol: number
  /** Something for the device, unasked. */
  push(event: 'changes' | 'revoke' | 'wipe', message: unknown): void
  close(code: string | null): void
}
export interface Door {
  /** Undefined: nobody is there. */
  accept(connection: Connection): Promise<{ refused: string } | 'opened' | undefined>
  /** Undefined: no answer will ever come. */
  ask(connection: Connection, event: string, message: unknown): Promise<unknown>
  http(request: Parameters<Http>[0]): Promise<Awaited<ReturnType<Http>> | undefined>
  left(connection: Connection): void
}

const ANSWER_MS = 20_000
const HTTP_MS = 30_000
/** After so long without a sign of life a socket is taken for dead. */
const SILENCE_MS = 45_000

const limited = <T>(request: T, { pageRows }: Line): T =>
  pageRows === null ? request : { ...request, limit: pageRows }

/** What has crossed the wire shares nothing with what was sent. */
const copied = <T>(value: T): T => (value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T))

/** `protocol`: the one that this device speaks. */
export function connectTo(door: Door, line: Line, life: Life, world: World, protocol: number) {
  const cuts = new Set<(noticed: boolean) => void>()
  const openSocket: OpenSocket = ({ ticket, events }) => {
    const socket = createSocket(door, line, life, world, { token: ticket, protocol }, events)
    cuts.add(socket.cut)
    life.onEnd(() => socket.cut(false))
    return socket.portal
  }
  const http: Http = (request) =>
    new Promise((resolve) => {
      const give = (answer: Awaited<ReturnType<Http>>) =>
        life.whenAwake(() => {
          if (life.alive && !life.pass('receive')) resolve(answer)
        })
      const late = world.after(HTTP_MS, () => give({ status: 0, body: null, why: 'silent' }))
      if (life.pass('send')) return
      const kind = request.path.split('/').at(-1) ?? ''
      life.sent(kind)
      const asked = kind === 'pull' ? { ...request, body: limited(request.body, line) } : request
      line.carry(request.path, () => {
        void world.attend(door.http(copied(asked))).then((answer) => {
          if (answer !== undefined)
            line.carry(`answer ${request.path}`, () => {
              late()
              life.heard(kind)
              give(copied(answer))
            })
        })
      })
    })
  return {
    openSocket,
    http,
    /** The line went away; the browser may notice at once, or only by the silence. */
    cut(noticed: boolean) {
      for (const cut of cuts) cut(noticed)
      cuts.clear()
    },
  }
}

function createSocket(
  door: Door,
  line: Line,
  life: Life,
  world: World,
  hand: Pick<Connection, 'token' | 'protocol'>,
  events: SocketEvents,
): { portal: PortalSocket; cut(noticed: boolean): void } {
  let state: 'opening' | 'open' | 'dead' = 'opening'
  const spoken = spokenBy(hand.protocol)
  const hears = () => state !== 'dead' && life.alive && !life.pass('receive')
  const closed = (code: Parameters<SocketEvents['closed']>[0]) =>
    life.whenAwake(() => {
      if (state === 'dead' || !life.alive) return
      state = 'dead'
      events.closed(code)
    })
  const connection: Connection = {
    ...hand,
    push(event, message) {
      const copy = copied(message)
      line.carry(event, () =>
        life.whenAwake(() => {
          if (state !== 'open' || !hears()) return
          ;(events[event] as (message: unknown) => void)(spoken.notice(event, copy))
        }),
      )
    },
    close(code) {
      line.carry('close', () => closed(code as Parameters<SocketEvents['closed']>[0]))
      world.after(SILENCE_MS, () => closed(null))
    },
  }
  line.carry('connect', () => {
    void world.attend(door.accept(connection)).then((answer) => {
      if (answer === undefined) return
      line.carry('connected', () =>
        life.whenAwake(() => {
          if (state !== 'opening' || !hears()) return
          if (answer !== 'opened') return closed(answer.refused as Parameters<SocketEvents['closed']>[0])
          state = 'open'
          events.opened()
        }),
      )
    })
  })
  world.after(ANSWER_MS, () => {
    if (state === 'opening') closed(null)
  })
  const send = <T>(event: string, message: unknown): Promise<T> =>
    new Promise((resolve, reject) => {
      const late = world.after(ANSWER_MS, () =>
        life.whenAwake(() => {
          if (life.alive) reject(new SocketTimeout(`no answer to ${event}`))
        }),
      )
      if (state === 'dead' || life.pass('send')) return
      life.sent(event)
      const sent = copied(message)
      line.carry(event, () => {
        void world.attend(door.ask(connection, event, sent)).then((answer) => {
          if (answer === undefined) return
          const copy = copied(answer) as T
          line.carry(`answer ${event}`, () =>
            life.whenAwake(() => {
              if (!hears()) return
              late()
              life.heard(event)
              resolve(copy)
            }),
          )
        })
      })
    })
  const ask = async <T>(event: Question, message: unknown): Promise<Reply<T>> => {
    const reply = await send<Reply<unknown>>(event, spoken.question(event, message))
    return 'ok' in reply ? { ok: spoken.answer(event, reply.ok) as T } : reply
  }
  const leave = () => {
    state = 'dead'
    door.left(connection)
  }
  return {
    portal: {
      hello: (message) => ask('hello', { ...message, p: hand.protocol }),
      push: (message) => ask('push', message),
      pull: (message) => ask('pull', limited(message, line)),
      wiped: () => send('wiped', null),
      close: leave,
    },
    cut(noticed) {
      door.left(connection)
      if (noticed) closed(null)
      else world.after(SILENCE_MS, () => closed(null))
    },
  }
}
