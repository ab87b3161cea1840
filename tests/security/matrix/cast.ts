/**
 * Everybody who may stand at the door of a practice: the client whose record it is, those who may see it, and those who
 * must not. Each is really signed in; what ended their right (time, sign-out, a closed account) has really happened.
 */
import { randomUUID } from 'node:crypto'
import { GRANT_SCOPES } from '../../../shared/domains/grants/scopes.ts'
import type { Relation } from '../../../sync-server/replication/client-access-store.ts'
import { createDeviceKey, type DeviceKey } from '../../harness/device-key.ts'
import { letIn } from '../../harness/machine.ts'
import type { RunningPortal } from '../../harness/server.ts'
import { type Answer, ask, refresh, type SignedInDevice, signIn, signOut } from '../../harness/sign-in.ts'
import type { connect } from '../../harness/socket-device.ts'

/** As the server knows them, and proxies by what they were given. */
export type Reach = Relation | 'proxy-read' | 'proxy-forms' | 'proxy-others'

export interface Persona {
  readonly name: string
  /** Which doors the token opens; null: none, because there is no token or it does not count any more. */
  readonly audience: 'portal' | 'staff' | 'last-push' | 'ehr' | null
  readonly role: string
  /** To the victim's record. */
  readonly relation: Reach
  /** Null for whoever never had an account. */
  readonly accountId: string | null
  readonly deviceId: string
  /** A fetch as this person; addresses are their own, so that no limit of many requests is met. */
  fetch(
    path: string,
    init?: {
      method?: string
      body?: unknown
      raw?: Uint8Array
      headers?: Readonly<Record<string, string>>
    },
  ): Promise<Answer>
  /** What to say in the handshake of a socket. */
  readonly handshake: Parameters<typeof connect>[1]
}

export interface Cast {
  readonly victim: SignedInDevice
  readonly personas: readonly Persona[]
  /** Those of another practice and those without a relation, who must get nothing. */
  persona(name: string): Persona
}

const MINUTE = 60_000

/** `passTime` moves the server's clock. */
export async function assemble(
  server: RunningPortal & { readonly now?: () => number },
  passTime: (ms: number) => void,
): Promise<Cast> {
  const { prisma } = server.portal.database
  const demo = await prisma.portalAccount.findUniqueOrThrow({ where: { email: 'client@demo.test' } })
  const clientId = demo.clientId ?? ''
  const { practiceId, passwordHash } = demo

  const account = async (role: string, practice = practiceId) => {
    const id = randomUUID()
    const email = `${id}@cast.test`
    await prisma.portalAccount.create({
      data: { id, practiceId: practice, role, name: `${role} of the cast`, email, passwordHash },
    })
    return { id, email }
  }
  const all = (level: 'read' | 'write', scopes: readonly string[] = GRANT_SCOPES) =>
    scopes.map((scope) => `${scope}:${level}`)
  const grant = (accountId: string, more: { scopes?: string[]; expiresAt?: Date; revokedAt?: Date }) =>
    prisma.accessGrant.create({ data: { clientId, accountId, scopes: all('write'), ...more } })
  const elsewhere = randomUUID()
  await prisma.practice.create({
    data: {
      id: elsewhere,
      name: 'Another practice',
      timeZone: 'UTC',
      phone: '+1 555 010 0100',
      mfaStaff: false,
    },
  })

  const personas: Persona[] = []
  const add = (
    name: string,
    who: SignedInDevice,
    known: Pick<Persona, 'audience' | 'relation'> & { token?: string },
  ) => {
    const address = { 'x-forwarded-for': `198.51.100.${personas.length + 1}` }
    const { token, ...standing } = known
    personas.push({
      name,
      ...standing,
      handshake: who.handshake(),
      role: who.account.role,
      accountId: who.account.id,
      deviceId: who.deviceId,
      fetch: (path, init = {}) =>
        ask(server.url + path, {
          ...init,
          headers: { ...init.headers, ...address },
          key: who.key,
          token: token ?? who.accessToken,
        }),
    })
  }
  const enter = async (name: string, email: string, relation: Reach) => {
    const who = await signIn(server.url, email)
    add(name, who, {
      audience: who.account.clientId || who.account.role === 'proxy' ? 'portal' : 'staff',
      relation,
    })
    return who
  }

  const late = await signIn(server.url, 'client@demo.test')
  passTime(6 * MINUTE)
  add('the client with a token that has expired', late, { audience: null, relation: 'own' })

  const left = await signIn(server.url, 'client@demo.test')
  await signOut(left)
  add('the client after signing out', left, { audience: null, relation: 'own' })

  const lost = await signIn(server.url, 'client@demo.test')
  await prisma.device.update({ where: { id: lost.deviceId }, data: { revokedAt: new Date() } })
  add('the client’s lost device', lost, { audience: null, relation: 'own' })
  const farewell = await refresh(server.url, lost.cookie, lost.key)
  const lastPush = String(farewell.body.lastPush)
  add('the lost device, handing in', lost, { audience: 'last-push', relation: 'own', token: lastPush })

  const gone = await account('clinician')
  const closed = await signIn(server.url, gone.email)
  await prisma.clinicianAssignment.create({ data: { clientId, accountId: gone.id } })
  await prisma.portalAccount.update({ where: { id: gone.id }, data: { closedAt: new Date() } })
  add('a clinician whose account was closed', closed, { audience: null, relation: 'none' })

  const victim = await enter('the client', 'client@demo.test', 'own')
  await enter('another client', 'client2@demo.test', 'none')
  const proxies: readonly [name: string, relation: Reach, grant: Parameters<typeof grant>[1] | null][] = [
    ['a proxy with all scopes', 'proxy', {}],
    ['a proxy who may read', 'proxy-read', { scopes: all('read') }],
    ['a proxy for forms alone', 'proxy-forms', { scopes: all('write', ['forms']) }],
    [
      'a proxy for all but forms',
      'proxy-others',
      { scopes: all('write', GRANT_SCOPES).filter((text) => !text.startsWith('forms')) },
    ],
    ['a proxy without a grant', 'none', null],
    ['a proxy whose grant was revoked', 'none', { revokedAt: new Date(0) }],
    ['a proxy whose grant has ended', 'none', { expiresAt: new Date(0) }],
  ]
  for (const [name, relation, given] of proxies) {
    const made = await account('proxy')
    if (given !== null) await grant(made.id, given)
    await enter(name, made.email, relation)
  }
  await enter('the clinician', 'clinician@demo.test', 'assigned-clinician')
  await enter('the front desk', 'desk@demo.test', 'front-desk')
  await enter('the practice admin', 'admin@demo.test', 'admin')
  await enter('a clinician of others', (await account('clinician')).email, 'none')
  const former = await account('clinician')
  await prisma.clinicianAssignment.create({
    data: { clientId, accountId: former.id, endedAt: new Date(0) },
  })
  await enter('a clinician of before', former.email, 'none')
  for (const role of ['clinician', 'front-desk', 'admin'])
    await enter(`the ${role} of another practice`, (await account(role, elsewhere)).email, 'none')

  for (const [name, practice, relation] of [
    ['the record system', practiceId, 'ehr'],
    ['the record system of another practice', elsewhere, 'none'],
  ] as const) {
    const headers = { 'x-forwarded-for': `198.51.100.${personas.length + 1}` }
    const machine = await letIn(server, practice, { now: server.now ?? Date.now, headers })
    personas.push({
      name,
      audience: 'ehr',
      role: 'ehr',
      relation,
      accountId: machine.accountId,
      deviceId: randomUUID(),
      handshake: {},
      fetch: (path, init) => machine.fetch(path, { ...init, headers: { ...init?.headers } }),
    })
  }

  const stranger = (name: string, address: string, key?: DeviceKey): Persona => ({
    name,
    audience: null,
    role: 'nobody',
    relation: 'none',
    accountId: null,
    deviceId: randomUUID(),
    handshake: {},
    fetch: (path, init) =>
      ask(server.url + path, {
        ...init,
        headers: { ...init?.headers, 'x-forwarded-for': address },
        ...(key === undefined ? {} : { key }),
      }),
  })
  personas.push(stranger('nobody', '198.51.100.98'))
  personas.push(stranger('nobody with a key', '198.51.100.99', createDeviceKey()))
  return {
    victim,
    personas,
    persona: (name) => {
      const found = personas.find((persona) => persona.name === name)
      if (found === undefined) throw new Error(`Nobody is called ${name}.`)
      return found
    },
  }
}
