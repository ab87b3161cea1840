/**
 * The same as the matrix of routes, for the socket: everybody tries to come in; who is in asks with every event about
 * the record of one client. An event that the server listens to and that is not asked here fails by name.
 */
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { type RunningPortal, startPortal } from '../../harness/server.ts'
import { connect, type SocketDevice } from '../../harness/socket-device.ts'
import { assemble, type Cast, type Persona } from './cast.ts'

const GATEWAY = join(import.meta.dirname, '../../../sync-server/socket')

interface Question {
  readonly ask: (client: string, persona: Persona) => unknown
  readonly reach: readonly Persona['relation'][]
}
const change = () => [1, COLLECTIONS.drafts.number, randomUUID(), 1, 1, [['answers/matrix', 'taken over']]]

/** Of any part of the record: every document is looked at by itself. */
const HOLDERS = ['own', 'proxy', 'proxy-read', 'proxy-forms', 'proxy-others'] as const

const EVENTS: Readonly<Record<string, Question | 'names no record'>> = {
  hello: {
    ask: (client, { deviceId }) => ({ p: 1, v: 1, client, device: deviceId, cursor: null, m: 1 }),
    reach: HOLDERS,
  },
  push: { ask: (client) => ({ client, mutations: [change()] }), reach: HOLDERS },
  pull: { ask: (client) => ({ client, after: 0, upTo: null }), reach: HOLDERS },
  wiped: 'names no record',
  // Of socket.io itself.
  connection: 'names no record',
  disconnect: 'names no record',
  notice: 'names no record',
  heartbeat: 'names no record',
  headers: 'names no record',
}

describe('role × socket event × foreign id', () => {
  let now = Date.now()
  let server: RunningPortal
  let cast: Cast
  beforeAll(async () => {
    server = await startPortal({ clock: { now: () => now } })
    cast = await assemble(server, (ms) => {
      now += ms
    })
  })
  afterAll(() => server?.close())

  it('knows every event that the server listens to', () => {
    const sources = readdirSync(GATEWAY).filter((name) => name.endsWith('.ts') && !name.includes('.test.'))
    const heard = sources.flatMap((name) =>
      [...readFileSync(join(GATEWAY, name), 'utf8').matchAll(/\.on\(\s*'([\w-]+)'/g)].map(
        ([, event]) => event,
      ),
    )
    expect(heard).toContain('hello')
    expect([...new Set(heard)].filter((event) => EVENTS[event ?? ''] === undefined)).toEqual([])
  })

  it('[V8.2.1] lets in whose token is for devices and counts, and nobody else', async () => {
    for (const persona of cast.personas) {
      const connected = await connect(server.url, persona.handshake)
      expect(connected.ok, persona.name).toBe(persona.audience === 'portal')
      if (connected.ok) connected.device.socket.disconnect()
    }
  })

  it('[V8.2.2] [P3] answers who has no relation to a record as if there were none, and audits it', async () => {
    const { prisma } = server.portal.database
    const denials = (accountId: string | null) =>
      prisma.auditEvent.count({ where: { accountId: accountId ?? '', outcome: 'denied' } })
    const compare = async (device: SocketDevice, persona: Persona, event: string, question: Question) => {
      const before = await denials(persona.accountId)
      const ofNobody = await device.ask(event, question.ask(randomUUID(), persona))
      const ofVictim = await device.ask(event, question.ask(cast.victim.clientId, persona))
      const where = `${event} as ${persona.name}`
      expect(ofNobody, where).toMatchObject({ error: 'not_found' })
      if (question.reach.includes(persona.relation)) expect(ofVictim.ok, where).toBeDefined()
      else {
        expect(ofVictim, where).toEqual(ofNobody)
        expect(await denials(persona.accountId), where).toBe(before + 2)
      }
    }
    for (const persona of cast.personas.filter(({ audience }) => audience === 'portal')) {
      const connected = await connect(server.url, persona.handshake)
      if (!connected.ok) throw new Error(persona.name)
      using device = connected.device
      for (const [event, question] of Object.entries(EVENTS))
        if (question !== 'names no record') await compare(device, persona, event, question)
    }
  })
})
