/** A practice with tablets, over the real write path: the front desk, the tablet as it acts, and the clients whose visits they are. */
import { hashRaw } from '@node-rs/argon2'
import { openVisit, sealAnswers, VISIT_HASH, visitSecret, visitTag } from '../../shared/crypto/visit-slot.ts'
import type { Draft } from '../../shared/domains/forms/schema.ts'
import type { TabletOrders, TypedAnswers, VisitContent } from '../../shared/domains/kiosk/visit.ts'
import { writeAssignment } from '../../sync-server/modules/forms/assign-form.ts'
import { createAnswers } from '../../sync-server/modules/kiosk/answers.ts'
import { createArming } from '../../sync-server/modules/kiosk/arming.ts'
import { createClinicKeys } from '../../sync-server/modules/kiosk/clinic-key-store.ts'
import type { KioskDeps } from '../../sync-server/modules/kiosk/deps.ts'
import { createKept } from '../../sync-server/modules/kiosk/kept.ts'
import { createTabletDoor } from '../../sync-server/modules/kiosk/tablet-door.ts'
import { createTablets } from '../../sync-server/modules/kiosk/tablets.ts'
import { randomBytesOf } from '../../sync-server/platform/key-provider.ts'
import { createDeviceKey, type DeviceKey } from './device-key.ts'
import { expectOk, type usePractice } from './practice.ts'

export const CALLER = { ip: '192.0.2.9', userAgent: 'tablet' }
export const REPORT = { state: 'ready', unsent: 0, build: 'test', events: [] } as const
export const BIRTHDAY = '1990-04-12'
export const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'))

export function useWaitingRoom(practice: ReturnType<typeof usePractice>) {
  const deps = (): KioskDeps => {
    const { database, replication, clock, keyProvider } = practice()
    return {
      ...{ database, replication, clock: { now: () => clock.time } },
      clinicKeys: createClinicKeys(keyProvider),
      limits: { signIn: async () => undefined, signInFailed: async () => {} },
      hashCode: (code) => `hash of ${code}`,
      missing: async () => undefined,
      assign: writeAssignment,
    }
  }
  const tablets = () => createTablets(deps())
  const arming = () => createArming(deps())
  const door = () => createTabletDoor(deps())
  const answers = () => createAnswers(deps())
  const kept = () => createKept(deps())

  async function enrolled(name = 'Front desk') {
    const desk = await practice().account('front-desk')
    const { id, code } = expectOk(await tablets().add(desk, name))
    const key = createDeviceKey()
    const orders = expectOk(await door().enrol(key, code, CALLER))
    return { desk, id, code, key, orders }
  }
  async function person() {
    const client = await practice().client()
    await practice().database.prisma.client.update({
      where: { clientId: client.clientId },
      data: { dateOfBirth: new Date(BIRTHDAY) },
    })
    return client
  }
  async function armed(given: Partial<{ minutes: number }> = {}) {
    const tablet = await enrolled()
    const client = await person()
    const visit = expectOk(
      await arming().arm(tablet.desk, {
        ...{
          clientId: client.clientId,
          tabletId: tablet.id,
          formKeys: ['small'],
          language: 'en',
          minutes: 10,
        },
        ...given,
      }),
    )
    return { ...tablet, client, visit }
  }
  const hashOf = async (orders: TabletOrders, code: string, birthday: string) =>
    hashRaw(visitSecret(code, birthday), {
      ...{ algorithm: 2, memoryCost: VISIT_HASH.memoryKiB, timeCost: VISIT_HASH.passes, parallelism: 1 },
      ...{ outputLen: 32, salt: bytes(orders.tablet.salt) },
    })
  /** As the tablet does it. */
  async function opened(key: DeviceKey, code: string, birthday = BIRTHDAY) {
    const orders = expectOk(await door().sync(key, REPORT, CALLER))
    const hash = await hashOf(orders, code, birthday)
    const found = orders.packages.find(({ tag }) => tag === visitTag(hash))
    if (found?.sealed === undefined) return undefined
    const content = await openVisit(hash, bytes(found.sealed), {
      tablet: orders.tablet.id,
      visit: found.visit,
    })
    const [form] = content.ok ? (content.value as VisitContent).forms : []
    return form && { form, orders, visit: found.visit }
  }
  type Opened = NonNullable<Awaited<ReturnType<typeof opened>>>
  /** The visit as the tablet has it open. */
  async function openedOf(key: DeviceKey, code: string): Promise<Opened> {
    const found = await opened(key, code)
    if (found === undefined) throw new Error('The visit does not open.')
    return found
  }
  const boxOf = (
    { form, orders, visit }: Opened,
    seq: number,
    typed: Record<string, string | number>,
    more: Partial<TypedAnswers> = {},
  ) =>
    sealAnswers(
      { keyId: orders.clinicKey.keyId, publicKey: bytes(orders.clinicKey.publicKey) },
      {
        rev: form.rev,
        answers: Object.fromEntries(
          Object.entries(typed).map(([name, value]) => [name, { value, at: practice().clock.time }]),
        ),
        ...more,
      },
      { tablet: orders.tablet.id, visit, draft: form.draftId, seq },
      randomBytesOf,
    )
  const handIn = async (key: DeviceKey, visit: Opened, seq: number, box: Uint8Array) =>
    answers().receive(key, { visit: visit.visit, draft: visit.form.draftId, seq, box }, CALLER)
  const draftOf = async (client: Awaited<ReturnType<typeof person>>, id: string) =>
    (await practice().document(await practice().device(client), 'drafts', id)) as unknown as Draft
  const audited = async (action: string) =>
    practice().database.prisma.auditEvent.findMany({ where: { action }, orderBy: { at: 'asc' } })
  return {
    ...{ deps, tablets, arming, door, answers, kept },
    ...{ enrolled, person, armed, opened, openedOf, boxOf, handIn, draftOf, audited },
  }
}
