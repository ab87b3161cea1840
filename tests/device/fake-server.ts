/**
 * A server in memory that speaks the protocol, for tests of the device alone: one account, the real merge, no
 * database. What only the real server can show (sealing, audit, rules of forms) is tested against the real one.
 */
import { randomUUID } from 'node:crypto'
import {
  type Ending,
  type OpenSocket,
  type SocketEvents,
  SocketTimeout,
} from '../../client/transport/socket.ts'
import type { Json, JsonObject } from '../../shared/kernel/json.ts'
import { diffFields } from '../../shared/merge/fields.ts'
import { type FieldMarks, mergeFields } from '../../shared/merge/three-way.ts'
import { COLLECTIONS, collectionByNumber } from '../../shared/protocol/collections.ts'
import type {
  ChangeRow,
  Cursor,
  HelloAnswer,
  Mutation,
  MutationAnswer,
  PullAnswer,
  PushAnswer,
} from '../../shared/protocol/messages.ts'
import { OUTCOMES } from '../../shared/protocol/terms.ts'

interface Stored {
  readonly collection: number
  readonly rev: number
  readonly seq: number
  readonly body: JsonObject
  readonly marks: FieldMarks
}

export interface FakeServer {
  readonly clientId: string
  readonly email: string
  readonly password: string
  readonly fetch: typeof fetch
  readonly openSocket: OpenSocket
  /** Every mutation that had an effect, in order: exactly-once is visible here. */
  readonly effects: readonly Mutation[]
  body(id: string): JsonObject | undefined
  /** The server's own write (staff, seed). */
  put(collection: keyof typeof COLLECTIONS, body: JsonObject & { id: string }): void
  /** No device hears of what `run` writes. */
  unheard(run: () => void): void
  /** Says where the feed stands, as beside a ping. */
  repeatHead(): void
  /** Refuse mutations of this document from now on. */
  refuse(id: string): void
  /** The next push is done, but its answer is lost and the socket breaks. */
  loseNextAck(): void
  /** Devices that are connected. */
  devices(): string[]
  revoke(device: string): void
  changePassword(next: string): void
  /** Devices that signed in, ever. */
  everSeen(): string[]
  /** How often a device said that somebody left. */
  farewells(): number
  /** Goes back to an earlier state under a new epoch, as a restore from backup does. */
  backup(): () => void
}

export function createFakeServer(): FakeServer {
  const clientId = randomUUID()
  const accountId = randomUUID()
  const email = 'client@demo.test'
  let password = 'demo-portal-2026'
  let documents = new Map<string, Stored>()
  let answers = new Map<string, MutationAnswer>()
  let head: Cursor = { e: 1, s: 0, k: 'start' }
  let clock = 1_000_000
  let loseAck = false
  let silent = false
  const effects: Mutation[] = []
  const refused = new Set<string>()
  const revoked = new Set<string>()
  const sockets = new Map<SocketEvents, string>()

  const advance = () => {
    head = { ...head, s: head.s + 1, k: randomUUID().slice(0, 16) }
  }
  const row = (id: string, { collection, rev, body }: Stored): ChangeRow => [collection, id, rev, 0, body]

  function write(device: string, [number, collection, id, baseRev, at, changes]: Mutation): MutationAnswer {
    const key = `${device}/${number}`
    const known = answers.get(key)
    if (known) return known
    clock += 1
    const name = collectionByNumber(collection)
    if (refused.has(id) || !name || !COLLECTIONS[name].clientWrites) {
      const answer: MutationAnswer = [number, OUTCOMES.indexOf('quarantined'), 0, clock, 'not_permitted']
      answers.set(key, answer)
      return answer
    }
    effects.push([number, collection, id, baseRev, at, changes])
    const before = documents.get(id)
    const merged = mergeFields({
      master: before?.body ?? { id },
      marks: before?.marks ?? {},
      baseRev,
      nextRev: (before?.rev ?? 0) + 1,
      device,
      edits: changes.map(([field, value, ms = 0]) => ({ field, value, at: at - ms })),
      isText: () => false,
      baseText: () => undefined,
    })
    const contested: { [key: string]: Json } = {
      ...((merged.merged.contested as JsonObject | undefined) ?? {}),
    }
    for (const loser of merged.losers)
      if (loser.field.startsWith('answers/'))
        contested[loser.field.slice('answers/'.length)] = [
          { value: loser.value, device: loser.device ?? '', deviceName: 'other', at: loser.at },
        ]
    const stored: Stored = {
      collection,
      rev: (before?.rev ?? 0) + 1,
      seq: head.s,
      body: { ...merged.merged, ...(Object.keys(contested).length > 0 && { contested }), updatedAt: clock },
      marks: merged.marks,
    }
    documents.set(id, name === 'submissions' ? received(stored) : stored)
    const answer: MutationAnswer = [number, OUTCOMES.indexOf(merged.outcome), stored.rev, clock]
    answers.set(key, answer)
    return answer
  }

  const received = (stored: Stored): Stored => {
    const { draftRev: _, ...body } = stored.body
    return {
      ...stored,
      body: { ...body, status: 'received', reference: 'R-1', title: 'PHQ-9', formKey: 'phq-9' },
    }
  }

  function push(device: string, mutations: readonly Mutation[]): PushAnswer {
    const from = head.s
    const before = new Map(documents)
    advance()
    const results = mutations.map((mutation) => write(device, mutation))
    const touched = [...new Set(mutations.map(([, , id]) => id))].filter(
      (id) => documents.get(id) !== before.get(id),
    )
    if (touched.length === 0) head = { ...head, s: from }
    const forOthers = touched.map((id) => row(id, documents.get(id) as Stored))
    const forWriter = mutations.flatMap(([, , id]): ChangeRow[] => {
      const after = documents.get(id)
      if (after === undefined) return []
      const was = before.get(id)
      const asSent = mutations.every(
        ([n, , other]) => other !== id || results.find((r) => r[0] === n)?.[1] === 0,
      )
      if (was === undefined || !touched.includes(id) || !asSent) return [row(id, after)]
      const sent = new Map(
        mutations.filter((m) => m[2] === id).flatMap((m) => m[5].map(([f, v]) => [f, JSON.stringify(v)])),
      )
      const maps = COLLECTIONS[collectionByNumber(after.collection) ?? 'drafts'].maps
      const rest = diffFields(was.body, after.body, maps).filter(
        ([f, v]) => sent.get(f) !== JSON.stringify(v),
      )
      return rest.length === 0
        ? []
        : [[after.collection, id, after.rev, 1, rest, was.rev, after.body.updatedAt as number]]
    })
    for (const [events, other] of sockets)
      if (other !== device && touched.length > 0)
        events.changes({ client: clientId, from, to: head, rows: forOthers })
    const rows = [...new Map(forWriter.map((r) => [r[1], r])).values()]
    return { answers: results, changes: { client: clientId, from, to: head, rows } }
  }

  const pull = (after: number, upTo: number | null, limit = 500): PullAnswer => {
    const cap = upTo ?? head.s
    const found = [...documents]
      .filter(([, d]) => d.seq > after && d.seq <= cap)
      .sort((a, b) => a[1].seq - b[1].seq)
    const page = found.slice(0, limit)
    const done = page.length === found.length
    return {
      rows: page.map(([id, d]) => row(id, d)),
      next: done ? cap : (page.at(-1)?.[1].seq ?? after),
      upTo: cap,
      done,
      head,
    }
  }

  const cut = (events: SocketEvents, why: Ending = null) => {
    sockets.delete(events)
    events.closed(why)
  }

  const openSocket: OpenSocket = ({ ticket, events }) => {
    const device = ticket.slice('token:'.length)
    queueMicrotask(() => {
      if (revoked.has(device)) return events.closed('device_revoked')
      sockets.set(events, device)
      events.opened()
    })
    return {
      async hello({ cursor, m }) {
        for (const [older, id] of [...sockets]) if (id === device && older !== events) cut(older, 'replaced')
        const numbers = [...answers.keys()]
          .filter((k) => k.startsWith(device))
          .map((k) => Number(k.split('/')[1]))
        const last = Math.max(0, ...numbers)
        // As the real one: what the device says it will not send again is forgotten, but for the highest number.
        for (const number of numbers) if (number < m && number < last) answers.delete(`${device}/${number}`)
        const mode: HelloAnswer['mode'] = cursor === null || cursor.e !== head.e ? 'reset' : 'delta'
        return { ok: { mode, head, last } }
      },
      async push({ mutations }) {
        const answer = push(device, mutations)
        if (loseAck) {
          loseAck = false
          sockets.delete(events)
          queueMicrotask(() => events.closed(null))
          throw new SocketTimeout('lost')
        }
        return { ok: structuredClone(answer) }
      },
      pull: async ({ after, upTo, limit }) => ({ ok: structuredClone(pull(after, upTo, limit)) }),
      wiped: async () => ({ ok: true }),
      close: () => void sockets.delete(events),
    }
  }

  const signedIn = new Map<string, string>()
  let farewells = 0
  const answerHttp = (path: string, body: { [key: string]: unknown }): [number, unknown] => {
    if (path.endsWith('/auth/login')) {
      const { id } = body.device as { id: string }
      if (body.email !== email || body.password !== password) return [401, { code: 'wrong_credentials' }]
      signedIn.set(id, id)
      return [200, grant(id)]
    }
    if (path.endsWith('/auth/logout')) {
      farewells += 1
      return [204, null]
    }
    if (path.endsWith('/sync/v1/pull')) return [200, pull(body.after as number, body.upTo as number | null)]
    if (path.endsWith('/portal/access'))
      return [200, { items: [{ client: clientId, name: 'Client', own: true, scopes: {}, until: null }] }]
    // It holds no key in trust; that says nothing of the session.
    if (path.endsWith('/device-key/recipient')) return [404, { code: 'not_found' }]
    return [401, { code: 'session_expired' }]
  }
  const grant = (device: string) => ({
    accessToken: `token:${device}`,
    socketTicket: `token:${device}`,
    expiresIn: 3_600,
    account: { id: accountId, role: 'client', name: 'Casey Client', email, clientId },
  })

  return {
    clientId,
    email,
    get password() {
      return password
    },
    everSeen: () => [...signedIn.keys()],
    farewells: () => farewells,
    changePassword(next) {
      password = next
    },
    effects,
    openSocket,
    fetch: async (input, init) => {
      const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as { [key: string]: unknown }) : {}
      const [status, answer] = answerHttp(String(input), body)
      const headers = { 'x-portal': '1' }
      return new Response(answer === null ? null : JSON.stringify(answer), { status, headers })
    },
    body: (id) => documents.get(id)?.body,
    put(collection, body) {
      const from = head.s
      advance()
      const rev = (documents.get(body.id)?.rev ?? 0) + 1
      clock += 1
      const before = documents.get(body.id)
      const marks = { ...before?.marks }
      for (const [field] of diffFields(before?.body, body, COLLECTIONS[collection].maps))
        marks[field] = { rev, at: clock, device: null }
      const stored = {
        collection: COLLECTIONS[collection].number,
        rev,
        seq: head.s,
        body: { ...body, updatedAt: clock },
        marks,
      }
      documents.set(body.id, stored)
      for (const events of silent ? [] : sockets.keys())
        events.changes({ client: clientId, from, to: head, rows: [row(body.id, stored)] })
    },
    unheard(run) {
      silent = true
      run()
      silent = false
    },
    repeatHead() {
      for (const events of sockets.keys())
        events.changes({ client: clientId, from: head.s, to: head, rows: [] })
    },
    refuse: (id) => void refused.add(id),
    loseNextAck: () => {
      loseAck = true
    },
    devices: () => [...sockets.values()],
    revoke(device) {
      revoked.add(device)
      for (const [events, id] of sockets) if (id === device) events.wipe({ reason: 'device_revoked' })
    },
    backup() {
      const saved = { documents: new Map(documents), answers: new Map(answers), head }
      return () => {
        documents = saved.documents
        answers = saved.answers
        head = { ...saved.head, e: head.e + 1 }
        for (const events of [...sockets.keys()]) cut(events)
      }
    },
  }
}
