/** Somebody who looks after two people, on a phone of theirs, against one real server. */
import { randomUUID } from 'node:crypto'
import { filter, firstValueFrom, timeout } from 'rxjs'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { SessionView } from '../../client/replica/portal-session.ts'
import { openSocket } from '../../client/transport/socket.ts'
import { GRANT_SCOPES } from '../../shared/domains/grants/scopes.ts'
import type { CollectionName } from '../../shared/protocol/collections.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { DEMO_PASSWORD, type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

export const all = (level: 'read' | 'write'): string[] => GRANT_SCOPES.map((scope) => `${scope}:${level}`)

const view = ({ session }: TestDevice, condition: (view: SessionView) => boolean): Promise<SessionView> =>
  firstValueFrom(session.session$.pipe(filter(condition), timeout(60_000)))

export const opens = (client: string) => (shown: { record?: { client: string } | null }) =>
  shown.record?.client === client
export async function open(phone: TestDevice, client: string) {
  expect(await phone.session.openRecord({ client })).toBe(true)
  await view(phone, opens(client))
}
/** Of replicas, without those of their files. */
export const databases = async (phone: TestDevice) =>
  (await phone.indexedDB.databases()).flatMap(({ name }) =>
    name?.startsWith('replica-') && !name.endsWith('-files') ? [name] : [],
  )

export function twoRecords() {
  let portal: RunningPortal
  let people: [SignedInDevice, SignedInDevice, SignedInDevice]
  let now = Date.now()
  /** Of requests to the clinic that it never answers. */
  let isLost = (_path: string) => false
  const devices: TestDevice[] = []

  beforeAll(async () => {
    portal = await startPortal()
    people = (await Promise.all(
      ['client@demo.test', 'client2@demo.test', 'desk@demo.test'].map((email) => signIn(portal.url, email)),
    )) as typeof people
  })
  afterEach(async () => {
    isLost = () => false
    for (const each of devices.splice(0)) await each[Symbol.asyncDispose]()
  })
  afterAll(() => portal.close())

  return {
    get portal() {
      return portal
    },
    get alex() {
      return people[0]
    },
    get sam() {
      return people[1]
    },
    get desk() {
      return people[2]
    },
    now: () => now,
    wait(ms: number) {
      now += ms
    },
    lose(condition: typeof isLost) {
      isLost = condition
    },
    view,
    /** With access to both records. */
    async helper(
      alexScopes = all('write'),
      until: Date | null = null,
      collections: readonly CollectionName[] | 'all' = ['definitions', 'drafts', 'submissions'],
    ) {
      const { prisma } = portal.portal.database
      const [alex, sam] = people
      const demo = await prisma.portalAccount.findUniqueOrThrow({ where: { email: 'client@demo.test' } })
      const id = randomUUID()
      const email = `${id}@helper.test`
      const { practiceId, passwordHash } = demo
      await prisma.portalAccount.create({
        data: { id, practiceId, role: 'proxy', name: 'Grace', email, passwordHash },
      })
      const at = (ms: number) => new Date(now + ms)
      await prisma.accessGrant.create({
        data: {
          clientId: alex.clientId,
          accountId: id,
          scopes: alexScopes,
          expiresAt: until,
          grantedAt: at(0),
        },
      })
      await prisma.accessGrant.create({
        data: { clientId: sam.clientId, accountId: id, scopes: all('write'), grantedAt: at(1) },
      })
      now = Date.now()
      const phone = await createTestDevice({
        url: portal.url,
        email,
        password: DEMO_PASSWORD,
        name: 'helper’s phone',
        collections,
        now: () => now,
        network: {
          openSocket,
          fetch: async (input, init) => {
            if (isLost(String(input))) throw new TypeError('the line broke')
            return fetch(input, init)
          },
        },
      })
      devices.push(phone)
      await view(phone, ({ records = [] }) => records.length === 2)
      // Each is settled by itself.
      for (const { clientId } of [sam, alex]) {
        await open(phone, clientId)
        await phone.settled()
      }
      return { phone, id, email }
    },
  }
}
