/** Refills over the real write path: what devices ask offline, what clinicians decide, and what REST says of it. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Refill } from '../../shared/domains/medications/refill-schema.ts'
import type { Json } from '../../shared/kernel/json.ts'
import { OUTCOMES } from '../../shared/protocol/terms.ts'
import { createPrescriptionsService } from '../../sync-server/modules/prescriptions/service.ts'
import { createStaffRefills } from '../../sync-server/modules/prescriptions/staff-service.ts'
import { describeOverDatabases, expectOk, type TestDevice, usePractice } from '../harness/practice.ts'

const TABLETS = { name: 'Sertraline', dose: '50 mg' }

describeOverDatabases('prescriptions', (open) => {
  const practice = usePractice(open)
  const rest = () => createPrescriptionsService({ replication: practice().replication })
  const staff = () => {
    const { database, replication, clock } = practice()
    return createStaffRefills({ database, replication, clock: { now: () => clock.time } })
  }

  /** A client with two devices, one medication, and a clinician who looks after them. */
  async function treated() {
    const person = await practice().client()
    const [phone, laptop] = [await practice().device(person), await practice().device(person)]
    const clinician = await practice().account('clinician')
    const { clientId } = person
    await practice().database.prisma.clinicianAssignment.create({
      data: { clientId, accountId: clinician.accountId },
    })
    const medicationId = randomUUID()
    const admin = await practice().account('admin')
    const body = {
      ...TABLETS,
      instructions: '',
      prescriberName: 'Dr',
      status: 'active',
      startedAt: practice().clock.time,
    }
    const at = practice().clock.time
    expectOk(
      await practice().replication.commit({
        actor: admin,
        clientId,
        action: 'test',
        permit: ['admin'],
        onDevice: false,
        run: ({ apply }) =>
          apply({
            collection: 'medications',
            documentId: medicationId,
            baseRev: 0,
            edits: Object.entries(body).map(([field, value]) => ({ field, value, at })),
            by: 'server',
            writer: 'test',
          }),
      }),
    )
    return { ...person, phone, laptop, clinician, medicationId }
  }
  const wish = (medicationId: string, fields: Record<string, Json> = {}) => ({
    kind: 'refill',
    status: 'requested',
    subjectId: medicationId,
    medication: TABLETS,
    requestedAt: practice().clock.time,
    ...fields,
  })
  const push = async (
    phone: TestDevice,
    fields: Record<string, Json>,
    id: string = randomUUID(),
    baseRev = 0,
  ) => {
    const { answers } = await phone.push({ collection: 'requests', id, baseRev, fields })
    const [, outcome = 0, rev, , reason] = answers[0] ?? []
    return { id, outcome: OUTCOMES[outcome], rev, reason, refill: await onDevice(phone, id) }
  }
  const onDevice = async (phone: TestDevice, id: string) =>
    (await practice().document(phone, 'requests', id)) as unknown as Refill | undefined

  it('[D1] [D5] [D6] go from the device to the clinician, back with a question, and to their end', async () => {
    const { phone, laptop, clinician, clientId, medicationId } = await treated()
    const asked = await push(phone, wish(medicationId, { pharmacy: 'Quay Road', note: 'One week left' }))
    expect(asked.refill).toMatchObject({ status: 'requested', note: 'One week left', medication: TABLETS })
    const { items } = expectOk(await staff().list(clinician, 'waiting', {}))
    expect(items).toMatchObject([{ clientId, requestId: asked.id, status: 'requested' }])
    const decide = (rev: number, decision: 'ask' | 'approve' | 'send' | 'decline', note?: string) =>
      staff().decide(clinician, { clientId, requestId: asked.id, rev, decision, note })
    expect(await decide(9, 'approve')).toMatchObject({ error: { code: 'precondition_failed' } })
    expect(await decide(1, 'ask', ' ')).toMatchObject({ error: { code: 'invalid_document' } })
    expectOk(await decide(1, 'ask', 'Which strength?'))
    expect(expectOk(await staff().list(clinician, 'waiting', {})).items).toEqual([])
    expect(await onDevice(laptop, asked.id)).toMatchObject({
      status: 'more-information',
      decisionNote: 'Which strength?',
      decidedByName: clinician.name,
    })
    const answered = await push(laptop, { status: 'requested', answer: 'Fifty' }, asked.id, 2)
    expect(answered.refill).toMatchObject({ status: 'requested', answer: 'Fifty' })
    expectOk(await decide(3, 'approve'))
    // Too late to be taken back.
    expect(await push(phone, { status: 'withdrawn' }, asked.id, 1)).toMatchObject({ reason: 'wrong_state' })
    expectOk(await decide(4, 'send', 'Ready tomorrow'))
    const done = await push(phone, { status: 'done' }, asked.id, 5)
    const names = [clinician.name, phone.actor.name]
    expect(
      done.refill?.steps?.map(({ status, by, name, note }) => [status, by, names.indexOf(name), note]),
    ).toEqual([
      ['requested', 'client', 1, undefined],
      ['more-information', 'practice', 0, 'Which strength?'],
      ['requested', 'client', 1, 'Fifty'],
      ['approved', 'practice', 0, undefined],
      ['sent', 'practice', 0, 'Ready tomorrow'],
      ['done', 'client', 1, undefined],
    ])
    expect(await decide(6, 'decline', 'No')).toMatchObject({ error: { code: 'wrong_state' } })
  })

  it('[D2] [D4] are one for a medication, whoever asks, offline or not, and the same again has no effect', async () => {
    const { phone, laptop, actor, clientId, medicationId } = await treated()
    const first = await push(phone, wish(medicationId, { note: 'From the phone' }))
    const second = await push(laptop, wish(medicationId, { note: 'From the laptop' }))
    expect(second).toMatchObject({ reason: 'already_requested', refill: undefined })
    expect(await push(laptop, wish(medicationId, { note: 'From the phone' }), first.id)).toMatchObject({
      outcome: 'duplicate',
    })
    const byRest = await rest().ask(actor, clientId, randomUUID(), { medicationId })
    expect(byRest).toMatchObject({ error: { code: 'already_requested', about: first.id } })
    // Both in one push: the second sees the first, which no query can see yet.
    const { phone: other, medicationId: its } = await treated()
    const { answers } = await other.push(
      { collection: 'requests', id: randomUUID(), baseRev: 0, fields: wish(its) },
      { collection: 'requests', id: randomUUID(), baseRev: 0, fields: wish(its) },
    )
    expect(answers.map(([, outcome, , , reason]) => reason ?? OUTCOMES[outcome])).toEqual([
      'ok',
      'already_requested',
    ])
    // Free again after it was taken back.
    await push(phone, { status: 'withdrawn' }, first.id, 1)
    expect((await push(laptop, wish(medicationId))).refill).toMatchObject({ status: 'requested' })
  })

  it('[D1] [D3] take nothing from a device that is the practice’s to say, and nothing about a foreign medication', async () => {
    const { phone, medicationId } = await treated()
    const foreign = await treated()
    expect(await push(phone, wish(foreign.medicationId))).toMatchObject({ reason: 'not_found' })
    const spoilt = await push(phone, { ...wish(medicationId), status: 'approved' })
    expect(spoilt).toMatchObject({ reason: 'invalid_document', refill: undefined })
    const asked = await push(phone, wish(medicationId))
    for (const fields of [
      { status: 'approved' },
      { decisionNote: 'Yes' },
      { steps: [] },
      { subjectId: randomUUID() },
    ])
      expect(await push(phone, fields, asked.id, 1)).toMatchObject({ reason: 'not_permitted' })
    expect(await push(phone, { status: 'requested', answer: 'x' }, asked.id, 1)).toMatchObject({
      reason: 'wrong_state',
    })
    expect((await push(phone, { pharmacy: 'Mill Street' }, asked.id, 1)).refill).toMatchObject({
      pharmacy: 'Mill Street',
      status: 'requested',
    })
  })

  it('are read, asked for and changed over REST, page by page, by whoever may, with a row in the audit trail', async () => {
    const { actor, clientId, medicationId, clinician } = await treated()
    const [medication] = expectOk(await rest().medications(actor, clientId, { status: 'active' })).items
    expect(medication).toMatchObject({ id: medicationId, rev: 1 })
    const id = randomUUID()
    const asked = expectOk(await rest().ask(actor, clientId, id, { medicationId, note: 'Please' }))
    expect(asked).toMatchObject({ id, rev: 1, medication: TABLETS })
    expect(expectOk(await rest().ask(actor, clientId, id, { medicationId, note: 'Please' })).rev).toBe(1)
    expect(await rest().ask(actor, clientId, id, { medicationId, note: 'Other' })).toMatchObject({
      error: { code: 'already_exists' },
    })
    expect(await rest().change(actor, clientId, id, 7, 'withdrawn')).toMatchObject({
      error: { code: 'precondition_failed' },
    })
    expect(expectOk(await rest().change(actor, clientId, id, 1, 'withdrawn'))).toMatchObject({ rev: 2 })
    expectOk(await rest().ask(actor, clientId, randomUUID(), { medicationId }))
    const page = expectOk(await rest().refills(actor, clientId, { limit: 1 }))
    const next = expectOk(await rest().refills(actor, clientId, { limit: 1, cursor: page.next ?? '' }))
    expect(new Set([...page.items, ...next.items].map((one) => one.id)).size).toBe(2)
    expect(next.next).toBeNull()
    expect(await rest().refills(actor, clientId, { cursor: 'x' })).toMatchObject({
      error: { code: 'invalid_message' },
    })
    const stranger = await treated()
    for (const foreign of [stranger.actor, stranger.clinician, await practice().account('front-desk')]) {
      expect(await rest().refill(foreign, clientId, id)).toMatchObject({ error: { code: 'not_found' } })
      expect(await staff().get(foreign, clientId, id)).toMatchObject({ error: { code: 'not_found' } })
    }
    expect(await staff().list(await practice().account('front-desk'), 'waiting', {})).toMatchObject({
      error: { code: 'not_permitted' },
    })
    expect(expectOk(await staff().get(clinician, clientId, id))).toMatchObject({
      request: { id, status: 'withdrawn' },
      medication: { id: medicationId },
      others: [{ status: 'requested' }],
    })
    const rows = await practice().database.prisma.auditEvent.findMany({ where: { clientId } })
    const actions = new Set(rows.map(({ action }) => action))
    for (const action of ['prescriptions.refill', 'prescriptions.refill-withdraw', 'staff.refill'])
      expect(actions).toContain(action)
  })
})
