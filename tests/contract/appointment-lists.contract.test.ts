/** Appointments listed, and requests for them over REST: pages, filters, preconditions. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { dayAt } from '../../shared/calendar/clinic-days.ts'
import { createAppointmentsService } from '../../sync-server/modules/appointments/service.ts'
import { createStaffAppointments } from '../../sync-server/modules/appointments/staff-service.ts'
import { describeOverDatabases, expectOk, usePractice } from '../harness/practice.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

describeOverDatabases('appointments and requests, listed and asked for over REST', (open) => {
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
  it('lists by time and state, page by page, and only what is within reach', async () => {
    const { clientId, actor, desk } = await booked()
    for (const days of [1, 2, 4]) {
      const place = { startsAt: start() + days * DAY, endsAt: start() + days * DAY + HOUR, place: 'Room 1' }
      const booking = {
        clientId,
        id: randomUUID(),
        place: { ...place, clinicianName: 'Dr. M', kind: 'telehealth' },
        title: 'Visit',
      } as const
      expectOk(await staff().book(desk, booking))
    }
    const page = expectOk(await rest().list(actor, clientId, { limit: 3 }))
    expect(page.items).toHaveLength(3)
    const rest2 = expectOk(await rest().list(actor, clientId, { limit: 3, cursor: page.next ?? '' }))
    expect([rest2.items.length, rest2.next]).toEqual([1, null])
    const span = { from: start() + DAY, to: start() + 3 * DAY }
    expect(expectOk(await rest().list(actor, clientId, span)).items).toHaveLength(2)
    expect(expectOk(await rest().list(actor, clientId, { status: 'cancelled' })).items).toEqual([])
    const stranger = await practice().account('clinician')
    const own = (items: readonly { clientId: string }[]) => items.filter((item) => item.clientId === clientId)
    const day = dayAt(span.from, 'UTC')
    const seen = expectOk(await staff().day(desk, { day }))
    expect([seen.day, seen.timeZone, own(seen.items).length]).toEqual([day, 'UTC', 1])
    expect(own(expectOk(await staff().day(stranger, { day })).items)).toEqual([])
    expect(expectOk(await staff().day(desk, {})).day).toBe(dayAt(practice().clock.time, 'UTC'))
    const admin = await practice().account('admin')
    expect(await staff().day(admin, { day })).toMatchObject({ ok: false, error: { code: 'not_permitted' } })
    expect(await rest().list(actor, clientId, { cursor: 'x' })).toMatchObject({
      error: { code: 'invalid_message' },
    })
  })

  it('over REST: a key names an attempt, a revision what was seen', async () => {
    const { clientId, actor, visit } = await booked()
    const wish = { preferredTimes: [{ from: start(), to: start() + HOUR }], reason: 'Again' }
    const attempt = randomUUID()
    const [one, two] = [
      expectOk(await rest().ask(actor, clientId, { wish, id: attempt })),
      expectOk(await rest().ask(actor, clientId, { wish, id: attempt })),
    ]
    expect(two).toEqual(one)
    expect(
      await rest().ask(actor, clientId, { wish: { ...wish, reason: 'Else' }, id: attempt }),
    ).toMatchObject({
      error: { code: 'already_exists' },
    })
    const about = { kind: 'cancel', appointmentId: visit.id, rev: visit.rev, wish: {} } as const
    expect(await rest().askAbout(actor, clientId, { ...about, rev: 7 })).toMatchObject({
      error: { code: 'precondition_failed' },
    })
    const cancel = expectOk(await rest().askAbout(actor, clientId, about))
    expect(expectOk(await rest().askAbout(actor, clientId, about)).id).toBe(cancel.id)
    // Other words are not thrown away behind an answer that says all is well.
    expect(await rest().askAbout(actor, clientId, { ...about, wish: { reason: 'I am ill' } })).toMatchObject({
      error: { code: 'already_requested', about: cancel.id },
    })
    const moved = { ...about, kind: 'reschedule', wish } as const
    expect(await rest().askAbout(actor, clientId, moved)).toMatchObject({
      error: { code: 'already_requested' },
    })
    const back = { requestId: cancel.id, rev: cancel.rev }
    expect(expectOk(await rest().withdraw(actor, clientId, back)).status).toBe('withdrawn')
    expect(expectOk(await rest().withdraw(actor, clientId, back)).status).toBe('withdrawn')
    const trail = await practice().database.prisma.auditEvent.findMany({
      where: { clientId },
      orderBy: { at: 'asc' },
    })
    expect(trail.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual(
      expect.arrayContaining([
        'staff.book allowed',
        'appointments.request allowed',
        'appointments.request denied',
        'appointments.cancel allowed',
        'appointments.reschedule denied',
        'appointments.withdraw allowed',
      ]),
    )
  })
})
