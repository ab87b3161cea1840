/** Requests for appointments over the real write path: what devices ask offline, what staff decide, and slots. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Appointment } from '../../shared/domains/appointments/schema.ts'
import { seenOf } from '../../shared/domains/requests/rules.ts'
import type { Request } from '../../shared/domains/requests/schema.ts'
import type { Json } from '../../shared/kernel/json.ts'
import { createAppointmentsService } from '../../sync-server/modules/appointments/service.ts'
import { createStaffAppointments } from '../../sync-server/modules/appointments/staff-service.ts'
import type { Actor } from '../../sync-server/replication/actor.ts'
import { describeOverDatabases, expectOk, type TestDevice, usePractice } from '../harness/practice.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

describeOverDatabases('appointments', (open) => {
  const practice = usePractice(open)
  const rest = () => createAppointmentsService({ replication: practice().replication })
  const staff = () => {
    const { database, replication, clock } = practice()
    const service = createStaffAppointments({
      database,
      replication,
      clock: { now: () => clock.time },
    })
    return service
  }
  const start = () => practice().clock.time + 3 * DAY

  /** A client with a phone and one booked appointment. */
  async function booked() {
    const person = await practice().client()
    const [phone, desk] = [await practice().device(person), await practice().account('front-desk')]
    const place = {
      startsAt: start(),
      endsAt: start() + HOUR,
      clinicianName: 'Dr. M',
      place: 'Room 4',
      kind: 'in-person',
    } as const
    const visit = expectOk(
      await staff().book(desk, {
        clientId: person.clientId,
        id: randomUUID(),
        place,
        title: 'Individual therapy',
      }),
    )
    return { ...person, phone, desk, visit, place }
  }
  const fieldsFor = (kind: Request['kind'], visit?: Appointment & { rev: number }) => ({
    kind,
    status: 'requested',
    ...(visit ? { subjectId: visit.id, subjectRev: visit.rev, seen: { ...seenOf(visit) } } : {}),
    ...(kind === 'cancel' ? {} : { preferredTimes: [{ from: start() + DAY, to: start() + DAY + 4 * HOUR }] }),
    requestedAt: practice().clock.time,
  })
  const ask = async (
    phone: TestDevice,
    fields: Record<string, Json>,
    id: string = randomUUID(),
    baseRev = 0,
  ) => {
    const { answers } = await phone.push({ collection: 'requests', id, baseRev, fields })
    const [, outcome, rev, , reason] = answers[0] ?? []
    return { id, outcome, rev, reason, request: await onDevice(phone, id) }
  }
  const onDevice = async (phone: TestDevice, id: string) =>
    (await practice().document(phone, 'requests', id)) as unknown as Request | undefined
  const visitOn = async (phone: TestDevice, id: string) =>
    (await practice().document(phone, 'appointments', id)) as unknown as Appointment | undefined
  const revOf = async (desk: Actor, clientId: string, id: string) =>
    expectOk(await staff().request(desk, clientId, id)).request.rev

  it('[Q1] [Q8] a device asks to cancel, staff agree, and request and appointment change together', async () => {
    const { phone, desk, visit, clientId } = await booked()
    const asked = await ask(phone, { ...fieldsFor('cancel', visit), reason: 'I am away' })
    expect(asked.request).toMatchObject({ status: 'requested', subjectRev: 1, reason: 'I am away' })
    const list = expectOk(await staff().toDecide(desk, {}))
    expect(list.items.find(({ requestId }) => requestId === asked.id)).toMatchObject({
      clientId,
      kind: 'cancel',
    })
    const service = staff()
    const decision = { clientId, requestId: asked.id, rev: 1, decision: 'approve' } as const
    expect((await service.decide(desk, { ...decision, rev: 9 })).ok).toBe(false)
    expectOk(await service.decide(desk, { ...decision, note: 'See you' }))
    expect(await onDevice(phone, asked.id)).toMatchObject({
      status: 'approved',
      decidedByName: desk.name,
      decisionNote: 'See you',
    })
    expect(await visitOn(phone, visit.id)).toMatchObject({ status: 'cancelled' })
    const again = await service.decide(desk, { ...decision, rev: 2 })
    expect(again).toMatchObject({ ok: false, error: { code: 'wrong_state' } })
  })

  it('[Q2] [Q3] a change of the practice before or after makes it wait, with both sides there', async () => {
    const { phone, desk, visit, place, clientId, actor } = await booked()
    const ofBefore = { ...fieldsFor('reschedule', visit) }
    const asked = await ask(phone, ofBefore)
    // Moved by the front desk while the request is open.
    const other = await ask(phone, fieldsFor('new-appointment'))
    const rev = await revOf(desk, clientId, other.id)
    expectOk(
      await staff().decide(desk, {
        clientId,
        requestId: other.id,
        rev,
        decision: 'approve',
        place,
        title: 'New',
      }),
    )
    expect(await onDevice(phone, asked.id)).toMatchObject({ status: 'requested' })
    await move(clientId, desk, visit.id, start() + 2 * HOUR)
    expect(await onDevice(phone, asked.id)).toMatchObject({
      status: 'needs-review',
      reviewReason: 'changed-since',
      seen: { startsAt: visit.startsAt },
    })
    // A device that was offline all the time asks for what it saw.
    await ask(phone, { status: 'withdrawn' }, asked.id, 1)
    const late = await ask(phone, ofBefore)
    expect(late.request).toMatchObject({ status: 'needs-review', reviewReason: 'seen-otherwise' })
    const now = expectOk(await rest().get(actor, clientId, visit.id))
    const again = await ask(phone, { seen: { ...seenOf(now) }, subjectRev: now.rev }, late.id, 1)
    expect(again.request).toMatchObject({ status: 'requested', seen: { startsAt: start() + 2 * HOUR } })
    expect(again.request).not.toHaveProperty('reviewReason')
  })

  const move = async (clientId: string, desk: Actor, id: string, startsAt: number) => {
    const done = await practice().replication.commit({
      actor: desk,
      clientId,
      action: 'test',
      permit: ['front-desk'],
      onDevice: false,
      run: async ({ apply, work }) =>
        apply({
          collection: 'appointments',
          documentId: id,
          baseRev: (await work.load('appointments', id))?.rev ?? 0,
          edits: [{ field: 'startsAt', value: startsAt, at: work.receivedAt }],
          by: 'staff',
          writer: desk.accountId,
        }),
    })
    expectOk(done)
  }

  it('[Q4] [Q7] a second request is refused and kept, the same once more has no second effect', async () => {
    const { phone, visit, clientId, actor } = await booked()
    const first = await ask(phone, fieldsFor('cancel', visit))
    const second = await ask(phone, fieldsFor('reschedule', visit))
    expect([second.reason, second.request]).toEqual(['already_requested', undefined])
    const repeated = await ask(phone, fieldsFor('cancel', visit), first.id)
    expect([repeated.reason, repeated.rev]).toEqual([undefined, 1])
    // Both in one message: the second is not let in because the first is not in the database yet.
    const [one, two] = [randomUUID(), randomUUID()]
    const wish = { kind: 'new-appointment', preferredTimes: [{ from: 1, to: 2 }], requestedAt: 1 }
    const { answers } = await phone.push(
      { collection: 'requests', id: one, baseRev: 0, fields: wish },
      { collection: 'requests', id: two, baseRev: 0, fields: wish },
    )
    expect(answers.map(([, , , , reason]) => reason)).toEqual([undefined, 'already_requested'])
    const listed = expectOk(await rest().requests(actor, clientId, {}))
    expect(listed.items.map(({ id }) => id).sort()).toEqual([first.id, one].sort())
  })

  it('[Q5] [Q6] a client chooses, withdraws, and writes nothing that is for staff', async () => {
    const { phone, desk, visit, clientId } = await booked()
    const asked = await ask(phone, fieldsFor('reschedule', visit))
    const times = [
      { from: start() + 5 * DAY, to: start() + 5 * DAY + HOUR },
      { from: start() + 6 * DAY, to: start() + 6 * DAY + HOUR },
    ]
    expectOk(
      await staff().decide(desk, {
        clientId,
        requestId: asked.id,
        rev: 1,
        decision: 'propose',
        times,
        note: 'Or these',
      }),
    )
    const chosenTime = times[1] ?? null
    expect((await ask(phone, { chosenTime: { from: 1, to: 2 } }, asked.id, 2)).reason).toBe('wrong_state')
    const chosen = await ask(phone, { chosenTime, status: 'requested' }, asked.id, 2)
    expect(chosen.request).toMatchObject({ status: 'requested', chosenTime })
    for (const fields of [
      { status: 'approved' },
      { decidedByName: 'me' },
      { kind: 'cancel' },
      { proposedTimes: [] },
    ])
      expect((await ask(phone, fields, asked.id, 3)).reason, JSON.stringify(fields)).toMatch(
        /not_permitted|already_exists/,
      )
    const rev = await revOf(desk, clientId, asked.id)
    const place = {
      startsAt: times[1]?.from ?? 0,
      endsAt: times[1]?.to ?? 0,
      clinicianName: 'Dr. M',
      place: 'Room 4',
    }
    expectOk(
      await staff().decide(desk, {
        clientId,
        requestId: asked.id,
        rev,
        decision: 'approve',
        place: { ...place, kind: 'in-person' },
      }),
    )
    expect(await visitOn(phone, visit.id)).toMatchObject({ startsAt: times[1]?.from, status: 'booked' })
    const late = await ask(phone, { status: 'withdrawn' }, asked.id, 3)
    expect(late.request).toMatchObject({ status: 'needs-review', reviewReason: 'withdrawn-late' })
    expectOk(
      await staff().decide(desk, {
        clientId,
        requestId: asked.id,
        rev: await revOf(desk, clientId, asked.id),
        decision: 'decline',
        note: 'It stays as it is: please call us.',
      }),
    )
    expect(await onDevice(phone, asked.id)).toMatchObject({ status: 'declined' })
  })

  it('[Q9] [V2.3.4] a hundred bookings of one slot at once: one has it, the others changed nothing', async () => {
    const { database } = practice()
    const [desk, clinician] = [await practice().account('front-desk'), await practice().account('clinician')]
    const service = staff()
    const time = { startsAt: start() + 30 * DAY, endsAt: start() + 30 * DAY + HOUR }
    const offer = {
      clinicianAccountId: clinician.accountId,
      kind: 'in-person',
      place: 'Room 2',
      times: [time],
    } as const
    expect(expectOk(await service.offer(desk, offer)).added).toBe(1)
    expect(expectOk(await service.offer(desk, offer)).added).toBe(0)
    const span = { from: time.startsAt, to: time.endsAt }
    const [slot] = expectOk(await service.slots(desk, span)).items
    const clients = await Promise.all(Array.from({ length: 20 }, () => practice().client()))
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        service.book(desk, {
          clientId: clients[index % clients.length]?.clientId ?? '',
          id: randomUUID(),
          place: { slotId: slot?.id ?? '' },
          title: 'Visit',
        }),
      ),
    )
    const won = answers.filter(({ ok }) => ok)
    expect(won).toHaveLength(1)
    expect(new Set(answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code])))).toEqual(
      new Set(['slot_taken']),
    )
    expect(await database.prisma.appointment.count({ where: { startsAt: new Date(time.startsAt) } })).toBe(1)
    expect(expectOk(await service.slots(desk, span)).items).toEqual([])
    expect(await service.takeBack(desk, slot?.id ?? '')).toMatchObject({ error: { code: 'slot_taken' } })
    // Cancelled, it is free again; and an attempt that failed has left no booking behind.
    const visit = expectOk(won[0] ?? answers[0] ?? { ok: false, error: { code: 'none', detail: '' } })
    const winner = clients[answers.findIndex(({ ok }) => ok) % clients.length]
    const phone = await practice().device(winner ?? (await practice().client()))
    const asked = await ask(phone, fieldsFor('cancel', visit))
    const decision = { clientId: phone.clientId, requestId: asked.id, rev: 1, decision: 'approve' } as const
    expectOk(await service.decide(desk, decision))
    expect(expectOk(await service.slots(desk, span)).items).toHaveLength(1)
    expect(await database.prisma.slotBooking.count({ where: { slotId: slot?.id ?? '' } })).toBe(0)
    const other = await practice().account('admin')
    expect(await service.takeBack(other, slot?.id ?? '')).toMatchObject({ error: { code: 'not_permitted' } })
    expectOk(await service.takeBack(desk, slot?.id ?? ''))
    expect(expectOk(await service.slots(desk, span)).items).toEqual([])
    expect(await service.takeBack(desk, slot?.id ?? '')).toMatchObject({ error: { code: 'not_found' } })
  })

  it('books one appointment for one Idempotency-Key, however often it is sent', async () => {
    const { clientId, desk, place } = await booked()
    const later = { ...place, startsAt: start() + 5 * HOUR, endsAt: start() + 6 * HOUR }
    const wish = { clientId, id: randomUUID(), place: later, title: 'Once' }
    const visits = await Promise.all(Array.from({ length: 8 }, () => staff().book(desk, wish)))
    expect(new Set(visits.map((visit) => expectOk(visit).id))).toEqual(new Set([wish.id]))
    const where = { clientId, startsAt: new Date(later.startsAt) }
    expect(await practice().database.prisma.appointment.count({ where })).toBe(1)
    expect(await staff().book(desk, { ...wish, title: 'Twice' })).toMatchObject({
      error: { code: 'already_exists' },
    })
  })
})
