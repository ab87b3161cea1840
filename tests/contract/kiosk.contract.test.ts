/** Tablets, visits and what is typed in them, over both databases and the real write path. */
import { randomUUID } from 'node:crypto'
import { hashRaw } from '@node-rs/argon2'
import { expect, it } from 'vitest'
import { derivedId } from '../../shared/crypto/derived-id.ts'
import { publicKeyOf } from '../../shared/crypto/sealed-box.ts'
import { createAnswers } from '../../sync-server/modules/kiosk/answers.ts'
import { createClinicKeys } from '../../sync-server/modules/kiosk/clinic-key-store.ts'
import { createTablets } from '../../sync-server/modules/kiosk/tablets.ts'
import { createKeyProvider, createKeyRing, randomBytesOf } from '../../sync-server/platform/key-provider.ts'
import { createDeviceKey } from '../harness/device-key.ts'
import { describeOverDatabases, expectOk, usePractice } from '../harness/practice.ts'
import { BIRTHDAY, bytes, CALLER, REPORT, useWaitingRoom } from '../harness/waiting-room.ts'

describeOverDatabases('kiosk', (open) => {
  const practice = usePractice(open)
  const room = useWaitingRoom(practice)
  const { deps, tablets, arming, door, answers } = room
  const { enrolled, person, armed, opened, boxOf, handIn, draftOf, audited } = room

  it('[K1] a code lets in one tablet, once and for 15 minutes, and is kept as a hash', async () => {
    const { desk, code, orders, id } = await enrolled('Desk 2')
    expect(orders).toMatchObject({
      tablet: { id, name: 'Desk 2' },
      packages: [],
      pin: null,
      idleSeconds: 120,
      leave: false,
    })
    expect(orders.definitions).toContain(practice().definitionId)
    expect(await door().enrol(createDeviceKey(), code, CALLER)).toMatchObject({
      error: { code: 'wrong_code' },
    })
    const late = expectOk(await tablets().add(desk, 'Late'))
    practice().clock.time += 15 * 60_000
    expect(await door().enrol(createDeviceKey(), late.code, CALLER)).toMatchObject({
      error: { code: 'wrong_code' },
    })
    const rows = await practice().database.prisma.kioskTablet.findMany()
    expect(
      JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toContain(`"${late.code}"`)
    expect((await audited('kiosk.enrol')).map(({ outcome }) => outcome)).toContain('denied')
  })

  it('[K2] a key that was not enrolled, another tablet and another role reach nothing', async () => {
    const { visit, key, client } = await armed()
    const mine = await opened(key, visit.code)
    if (mine === undefined) throw new Error('The visit does not open.')
    const other = await enrolled('Other')
    expect(expectOk(await door().sync(other.key, REPORT, CALLER)).packages).toEqual([])
    const box = await boxOf(mine, 1, { mood: 'x' })
    expect(await handIn(other.key, mine, 1, box)).toMatchObject({ error: { code: 'not_found' } })
    const stranger = createDeviceKey()
    expect(await handIn(stranger, mine, 1, box)).toMatchObject({ error: { code: 'not_authenticated' } })
    expect(await door().sync(stranger, REPORT, CALLER)).toMatchObject({
      error: { code: 'not_authenticated' },
    })
    expect(await door().definition(stranger, practice().definitionId)).toMatchObject({ ok: false })
    // A draft of the client that is not of the visit.
    const elsewhere = await practice().assign(client.clientId)
    const lie = { visit: mine.visit, draft: elsewhere, seq: 1, box }
    expect(await answers().receive(key, lie, CALLER)).toMatchObject({ error: { code: 'not_found' } })
    const clinician = await practice().account('clinician')
    expect(await tablets().list(clinician)).toMatchObject({ error: { code: 'not_permitted' } })
    expect(await arming().visits(clinician)).toMatchObject({ error: { code: 'not_permitted' } })
  })

  it('[K3] [K4] a visit opens with its code and the birthday, at its tablet; what is stored has neither', async () => {
    const { key, visit, client } = await armed()
    const found = await opened(key, visit.code)
    expect(found?.form).toMatchObject({ formKey: 'small', title: 'Small form', rev: 1, answers: {} })
    expect(await opened(key, visit.code, '1990-04-13')).toBeUndefined()
    expect(await opened(key, 'F7K2Q9XMAB')).toBeUndefined()
    const orders = expectOk(await door().sync(key, REPORT, CALLER))
    const told = JSON.stringify(orders)
    for (const secret of [visit.code, BIRTHDAY, client.clientId, 'Client', found?.form.draftId])
      expect(told).not.toContain(secret)
    const row = await practice().database.prisma.kioskVisit.findFirstOrThrow({ where: { id: visit.id } })
    expect(Buffer.from(row.package ?? []).toString('latin1')).not.toContain('Small form')
  })

  it('[K3] takes the draft that is open, with what is in it; a record without a birthday cannot be armed', async () => {
    const { desk, id, key } = await enrolled()
    const client = await person()
    const draftId = await practice().assign(client.clientId)
    const phone = await practice().device(client)
    await phone.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'from home' } })
    const arm = { clientId: client.clientId, tabletId: id, formKeys: ['small'], language: 'es', minutes: 10 }
    const { code } = expectOk(await arming().arm(desk, arm))
    expect((await opened(key, code))?.form).toMatchObject({ draftId, rev: 2, answers: { mood: 'from home' } })
    const nameless = await practice().client()
    expect(await arming().arm(desk, { ...arm, clientId: nameless.clientId })).toMatchObject({
      error: { code: 'wrong_state' },
    })
    expect(await arming().arm(desk, { ...arm, tabletId: randomUUID() })).toMatchObject({
      error: { code: 'not_found' },
    })
  })

  it('[K3] a form that needs a file is not armed, and nothing of it is assigned; one that may do without is', async () => {
    const { desk, id } = await enrolled()
    const client = await person()
    const { prisma } = practice().database
    const { practiceId } = desk
    const publish = async (key: string, required: boolean) => {
      const formId = randomUUID()
      const card = { linkId: 'card', text: 'A photo of your card', type: 'attachment', required }
      const questionnaire = {
        ...{ resourceType: 'Questionnaire', status: 'active', title: 'Card' },
        item: [{ linkId: 'g', text: 'Insurance', type: 'group', item: [card] }],
      }
      await prisma.form.create({ data: { id: formId, practiceId, key, kind: 'custom', title: 'Card' } })
      await prisma.formVersion.create({
        data: { id: randomUUID(), formId, version: 1, title: 'Card', questionnaire },
      })
    }
    await publish('card', true)
    await publish('photo', false)
    const arm = { clientId: client.clientId, tabletId: id, language: 'en', minutes: 10 }
    expect(await arming().arm(desk, { ...arm, formKeys: ['small', 'card'] })).toMatchObject({
      error: { code: 'invalid_document' },
    })
    expect(await prisma.formDraft.count({ where: { clientId: client.clientId } })).toBe(0)
    expectOk(await arming().arm(desk, { ...arm, formKeys: ['small', 'photo'] }))
  })

  it('[K5] begun, cancelled and expired visits open nothing any more, here and on the tablet', async () => {
    for (const end of ['begun', 'cancelled', 'expired'] as const) {
      const { key, visit, desk, client } = await armed({ minutes: 5 })
      if (end === 'begun') {
        const events = [{ n: 1, kind: 'started', at: practice().clock.time, visit: visit.id }] as const
        expectOk(await door().sync(key, { ...REPORT, state: 'in-use', visit: visit.id, events }, CALLER))
      }
      if (end === 'cancelled') {
        const open = { ...REPORT, state: 'in-use', visit: visit.id } as const
        expect(expectOk(await door().sync(key, open, CALLER)).endVisit).toBe(false)
        expectOk(await arming().cancel(desk, client.clientId, visit.id))
        expect(expectOk(await door().sync(key, open, CALLER)).endVisit).toBe(true)
      }
      if (end === 'expired') practice().clock.time += 5 * 60_000
      const orders = expectOk(await door().sync(key, REPORT, CALLER))
      expect(
        orders.packages.filter(({ sealed }) => sealed !== undefined),
        end,
      ).toEqual([])
      // What is too late is still known, so that it can be called late.
      expect(orders.packages.length, end).toBe(end === 'expired' ? 1 : 0)
      const row = await practice().database.prisma.kioskVisit.findFirstOrThrow({ where: { id: visit.id } })
      expect(row, end).toMatchObject({ package: null, state: end === 'begun' ? 'started' : end })
    }
  })

  it('[K6] what happened with no network is heard once, and stands in the trail of the record it is about', async () => {
    const { key, visit, client } = await armed()
    const at = practice().clock.time - 60_000
    const events = [
      { n: 1, kind: 'mismatch', at },
      { n: 2, kind: 'started', at, visit: visit.id },
      { n: 3, kind: 'replayed', at, visit: visit.id },
      { n: 4, kind: 'pin-wrong', at },
    ] as const
    for (let time = 0; time < 2; time += 1)
      expect(expectOk(await door().sync(key, { ...REPORT, events }, CALLER)).heard).toBe(4)
    const rows = await practice().database.prisma.auditEvent.findMany({
      where: { clientId: client.clientId },
    })
    const of = (action: string) => rows.filter((row) => row.action === action)
    expect(of('kiosk.started')).toHaveLength(1)
    expect(of('kiosk.replayed')).toMatchObject([
      { outcome: 'denied', reason: expect.stringContaining('on the tablet 20') },
    ])
    expect(rows.every(({ action }) => action !== 'kiosk.mismatch')).toBe(true)
  })

  it('[K8] [K9] a box becomes answers of the draft; twice and an older one change nothing, also when time is over', async () => {
    const { key, visit, client } = await armed({ minutes: 1 })
    const mine = await opened(key, visit.code)
    if (mine === undefined) throw new Error('The visit does not open.')
    practice().clock.time += 3_600_000
    const first = await boxOf(mine, 1, { mood: 'tired' })
    const second = await boxOf(mine, 2, { mood: 'tired today', sleep: 5 })
    expect(expectOk(await handIn(key, mine, 2, second))).toEqual({ outcome: 'received', reference: null })
    expect(expectOk(await handIn(key, mine, 1, first)).outcome).toBe('received')
    expect(expectOk(await handIn(key, mine, 2, second)).outcome).toBe('received')
    expect(await draftOf(client, mine.form.draftId)).toMatchObject({
      status: 'draft',
      answers: { mood: 'tired today', sleep: 5 },
      contested: {},
    })
  })

  it('[K9] what another device answered meanwhile stays, and the submission has one receipt', async () => {
    const { key, visit, client } = await armed()
    const mine = await opened(key, visit.code)
    if (mine === undefined) throw new Error('The visit does not open.')
    const phone = await practice().device(client)
    await phone.push({ id: mine.form.draftId, baseRev: 1, fields: { 'answers/sleep': 8 } })
    const submission = {
      id: derivedId('submission', mine.visit),
      definitionId: mine.form.definitionId,
      answers: { mood: 'fine' },
      submittedAt: practice().clock.time,
    }
    const box = await boxOf(mine, 1, { mood: 'fine' }, { submission })
    const received = expectOk(await handIn(key, mine, 1, box))
    expect(received).toMatchObject({ outcome: 'received', reference: expect.stringMatching(/^\w{4}-\w{4}$/) })
    expect(expectOk(await handIn(key, mine, 1, box))).toEqual(received)
    const stored = await practice().document(phone, 'submissions', submission.id)
    expect(stored).toMatchObject({
      answers: { mood: 'fine' },
      status: 'received',
      reference: received.reference,
    })
    // Not seen by who handed in, and not lost: it is an amendment now.
    const drafts = await practice().database.prisma.formDraft.findMany({
      where: { clientId: client.clientId },
    })
    expect(drafts.map(({ amends }) => amends)).toContain(submission.id)
  })

  it('[K9] what does not open or cannot be written is kept as it came, and counted for staff', async () => {
    const { key, visit, desk, id } = await armed()
    const mine = await opened(key, visit.code)
    if (mine === undefined) throw new Error('The visit does not open.')
    const box = await boxOf(mine, 1, { mood: 'moved' })
    // Under another number it is in another place.
    expect(expectOk(await handIn(key, mine, 2, box)).outcome).toBe('kept')
    const submission = {
      ...{ id: randomUUID(), definitionId: randomUUID(), submittedAt: practice().clock.time },
      answers: { mood: 'x' },
    }
    const bad = await boxOf(mine, 3, { mood: 'x' }, { submission })
    expect(expectOk(await handIn(key, mine, 3, bad)).outcome).toBe('kept')
    const shown = expectOk(await tablets().list(desk)).items.find((one) => one.id === id)
    expect(shown?.kept).toBe(1)
    // A later box of the same draft that is sound takes its place: it has everything that was typed.
    expect(expectOk(await handIn(key, mine, 4, await boxOf(mine, 4, { mood: 'well' }))).outcome).toBe(
      'received',
    )
    expect(expectOk(await tablets().list(desk)).items.find((one) => one.id === id)?.kept).toBe(0)
  })

  it('[K10] with unsent answers it stays, unless staff say why; it leaves for good once it says that it is empty', async () => {
    const { desk, id, key, visit } = await armed()
    const mine = await opened(key, visit.code)
    if (mine === undefined) throw new Error('The visit does not open.')
    expect(await door().emptied(key, CALLER)).toMatchObject({ error: { code: 'wrong_state' } })
    expectOk(await door().sync(key, { ...REPORT, unsent: 2 }, CALLER))
    expect(await tablets().remove(desk, id, undefined)).toMatchObject({ error: { code: 'wrong_state' } })
    expectOk(await tablets().remove(desk, id, 'It was stolen'))
    const orders = expectOk(await door().sync(key, { ...REPORT, unsent: 2 }, CALLER))
    expect(orders).toMatchObject({ leave: true, packages: [], definitions: [] })
    // What it holds it may still hand in.
    expect(expectOk(await handIn(key, mine, 1, await boxOf(mine, 1, { mood: 'last' }))).outcome).toBe(
      'received',
    )
    expectOk(await door().emptied(key, CALLER))
    expect(await door().sync(key, REPORT, CALLER)).toMatchObject({ error: { code: 'not_authenticated' } })
    expect(expectOk(await tablets().list(desk)).items.some((one) => one.id === id)).toBe(false)
    const [row] = (await audited('kiosk.tablet-removed'))
      .filter(({ outcome }) => outcome === 'allowed')
      .slice(-1)
    expect(row?.reason).toBe('It was stolen')
  })

  it('[K11] there is no PIN until an admin sets one that is not everybody’s first guess; tablets get its hash', async () => {
    const { desk, key } = await enrolled()
    const admin = await practice().account('admin')
    expect(await tablets().settings(admin, 's', { pin: '123456' })).toMatchObject({
      error: { code: 'weak_password' },
    })
    expect(await tablets().settings(desk, 's', { pin: '482913' })).toMatchObject({
      error: { code: 'not_permitted' },
    })
    const unconfirmed = createTablets({
      ...deps(),
      missing: async () => ({ code: 'confirmation_needed', detail: '' }),
    })
    expect(await unconfirmed.settings(admin, 's', { pin: '482913' })).toMatchObject({
      error: { code: 'confirmation_needed' },
    })
    expectOk(await tablets().settings(admin, 's', { pin: '482913', idleSeconds: 60 }))
    const { pin, idleSeconds } = expectOk(await door().sync(key, REPORT, CALLER))
    expect(idleSeconds).toBe(60)
    const hash = await hashRaw('482913', {
      ...{ algorithm: 2, memoryCost: 32_768, timeCost: 3, parallelism: 1, outputLen: 32 },
      salt: bytes(pin?.salt ?? ''),
    })
    expect(pin?.hash).toBe(hash.toString('base64url'))
  })

  it('[K13] the practice’s key follows a new key-encryption key, and boxes of before still open', async () => {
    const { key, visit } = await armed()
    const mine = await opened(key, visit.code)
    if (mine === undefined) throw new Error('The visit does not open.')
    const box = await boxOf(mine, 1, { mood: 'before' })
    const newer = createKeyProvider({ kek: randomBytesOf(32) })
    const ring = createKeyRing([newer, practice().keyProvider])
    const { database } = practice()
    expect(await database.direct((tx) => createClinicKeys(ring).rewrap(tx, 10))).toBe(1)
    expect(await database.direct((tx) => createClinicKeys(ring).rewrap(tx, 10))).toBe(0)
    const received = await createAnswers({ ...deps(), clinicKeys: createClinicKeys(newer) }).receive(
      key,
      { visit: mine.visit, draft: mine.form.draftId, seq: 1, box },
      CALLER,
    )
    expect(expectOk(received).outcome).toBe('received')
    const { keyId, publicKey } = mine.orders.clinicKey
    const { practiceId } = await practice().account('admin')
    const own = await database.direct((tx) => createClinicKeys(newer).secret(tx, practiceId))
    expect(own.keyId).toBe(keyId)
    expect(Buffer.from(publicKeyOf(own.secretKey)).toString('base64url')).toBe(publicKey)
    // Back, for the tests that follow.
    await database.direct((tx) =>
      createClinicKeys(createKeyRing([practice().keyProvider, newer])).rewrap(tx, 10),
    )
  })
})
