import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Appointment } from '../appointments/schema.ts'
import {
  canBeChanged,
  changeRequest,
  decideRequest,
  duplicateOf,
  isOpen,
  MAX_OPEN,
  seenOf,
  seenOtherwise,
  standingAfterChange,
  takeRequest,
} from './rules.ts'
import { NewRequest, REQUEST_STATES, Request, type RequestState } from './schema.ts'

const HOUR = 3_600_000
const VISIT: Appointment = {
  id: '6f3f0c51-5d5f-4c9e-8f5e-1d1c3b2a4e77',
  startsAt: 1_000 * HOUR,
  endsAt: 1_001 * HOUR,
  timeZone: 'America/New_York',
  title: 'Individual therapy',
  clinicianName: 'Dr. M',
  place: 'Room 4',
  status: 'booked',
  updatedAt: 0,
}
const SUBJECT = { rev: 3, visit: VISIT }
const TIMES = [{ from: 1_100 * HOUR, to: 1_104 * HOUR }]
const uuid = () => crypto.randomUUID()
const asked = (fields: Partial<NewRequest> = {}): NewRequest => ({
  id: uuid(),
  kind: 'cancel',
  status: 'requested',
  subjectId: VISIT.id,
  subjectRev: 3,
  seen: seenOf(VISIT),
  requestedAt: 0,
  ...fields,
})
const request = (fields: Partial<Request> = {}): Request =>
  ({ ...asked(), updatedAt: 0, ...fields }) as Request
const NONE = { withdraw: false, chosenTime: undefined, seenAgain: undefined, wishes: false }
const code = (result: { ok: boolean; error?: { code: string } }) => (result.ok ? 'ok' : result.error?.code)
const {
  subjectId: _,
  subjectRev: __,
  seen: ___,
  ...forNew
} = asked({ kind: 'new-appointment', preferredTimes: TIMES })

interface World {
  readonly one: Request
  readonly subject: typeof SUBJECT
}
const applied = (world: World, done: ReturnType<typeof changeRequest>): World => {
  if (!done.ok) return world
  const fields = Object.entries({ ...world.one, ...done.value }).filter(([, value]) => value !== null)
  return { ...world, one: Object.fromEntries(fields) as Request }
}
const changed = (change: (world: World) => Parameters<typeof changeRequest>[1]) => (world: World) =>
  applied(world, changeRequest(world.one, change(world), world.subject))
const decided = (decision: 'approve' | 'decline' | 'propose') => (world: World) =>
  applied(world, decideRequest(world.one, { decision, note: 'no', times: TIMES }, { name: 'Jordan', at: 5 }))
const STEPS = {
  withdraw: changed(() => ({ ...NONE, withdraw: true })),
  choose: changed(() => ({ ...NONE, chosenTime: TIMES[0] })),
  again: changed(({ subject: { rev, visit } }) => ({
    ...NONE,
    seenAgain: { subjectRev: rev, seen: seenOf(visit) },
  })),
  wish: changed(() => ({ ...NONE, wishes: true })),
  approve: decided('approve'),
  decline: decided('decline'),
  propose: decided('propose'),
  move: ({ one, subject: { rev, visit } }: World): World => {
    const subject = { rev: rev + 1, visit: { ...visit, startsAt: visit.startsAt + HOUR } }
    return { subject, one: { ...one, ...standingAfterChange(one, subject) } }
  },
}
const step = fc.constantFrom(...(Object.keys(STEPS) as (keyof typeof STEPS)[]))

describe('requests', () => {
  it('[Q1] name what they are about, and times where a visit is to take place', () => {
    const take = (one: NewRequest, subject: typeof SUBJECT | undefined = SUBJECT) =>
      code(takeRequest({ asked: one, subject, open: [] }))
    expect(take(asked())).toBe('ok')
    expect(take(asked({ kind: 'reschedule', preferredTimes: TIMES }))).toBe('ok')
    expect(take({ ...forNew })).toBe('ok')
    expect(take(asked({ kind: 'reschedule' }))).toBe('invalid_document')
    expect(take(asked({ preferredTimes: TIMES }))).toBe('invalid_document')
    expect(take({ ...forNew, subjectId: VISIT.id })).toBe('invalid_document')
    expect(take({ ...forNew, kind: 'cancel' })).toBe('invalid_document')
    expect(code(takeRequest({ asked: asked(), subject: undefined, open: [] }))).toBe('not_found')
    expect(NewRequest.safeParse({ ...asked(), kind: 'refill' }).success).toBe(false)
    expect(NewRequest.safeParse({ ...asked(), decidedAt: 1 }).success).toBe(false)
    expect(NewRequest.safeParse({ ...asked(), status: 'approved' }).success).toBe(false)
  })

  it('[Q2] wait for somebody to look where the appointment is not what was seen, and only then', () => {
    const at = (one: NewRequest, visit: Appointment = VISIT, rev = 4) =>
      takeRequest({ asked: one, subject: { rev, visit }, open: [] })
    expect(at(asked(), { ...VISIT, startsAt: VISIT.startsAt + HOUR })).toEqual({
      ok: true,
      value: { status: 'needs-review', reviewReason: 'seen-otherwise' },
    })
    // Another revision with nothing else to see, such as a new link.
    expect(at(asked(), { ...VISIT, joinUrl: 'https://video.example' })).toEqual({
      ok: true,
      value: { status: 'requested' },
    })
    const { seen, ...blind } = asked()
    expect(seen).toBeDefined()
    expect(at(blind)).toMatchObject({ value: { status: 'needs-review' } })
    expect(seenOtherwise({ subjectRev: 4 }, { rev: 4, visit: VISIT })).toBe(false)
  })

  it('[Q3] are looked at again when their appointment changes while they are open', () => {
    const moved = { rev: 4, visit: { ...VISIT, startsAt: VISIT.startsAt + HOUR } }
    for (const status of REQUEST_STATES) {
      const after = standingAfterChange(request({ status }), moved)
      expect(after?.status).toBe(status === 'requested' || status === 'proposed' ? 'needs-review' : undefined)
    }
    expect(standingAfterChange(request(), { rev: 4, visit: { ...VISIT, joinUrl: 'x' } })).toBeUndefined()
  })

  it('[Q4] are open once for an appointment, and ten at most', () => {
    const open = [request()]
    expect(code(takeRequest({ asked: asked(), subject: SUBJECT, open }))).toBe('already_requested')
    expect(duplicateOf(asked(), [request({ status: 'declined' })])).toBeUndefined()
    const again = { ...forNew, id: uuid() }
    expect(duplicateOf(again, [request({ ...forNew })])).toBeDefined()
    expect(
      duplicateOf({ ...again, preferredTimes: [{ from: 1, to: 2 }] }, [request({ ...forNew })]),
    ).toBeUndefined()
    const many = Array.from({ length: MAX_OPEN }, () => request({ subjectId: uuid() }))
    expect(code(takeRequest({ asked: asked(), subject: SUBJECT, open: many }))).toBe('already_requested')
    // One that was taken back before it arrived stands in nobody's way.
    expect(code(takeRequest({ asked: asked({ status: 'withdrawn' }), subject: SUBJECT, open }))).toBe('ok')
  })

  it('[Q5] can be taken back, chosen for, looked at again, and nothing else once they are decided', () => {
    const { chosenTime, ...offer } = {
      chosenTime: TIMES[0],
      proposedTimes: TIMES,
      status: 'proposed' as const,
    }
    const choose = { ...NONE, chosenTime }
    expect(changeRequest(request(offer), choose, SUBJECT)).toMatchObject({
      value: { status: 'requested', chosenTime },
    })
    expect(code(changeRequest(request(), choose, SUBJECT))).toBe('wrong_state')
    expect(
      code(changeRequest(request({ ...offer, proposedTimes: [{ from: 1, to: 2 }] }), choose, SUBJECT)),
    ).toBe('wrong_state')
    const waiting = request({ status: 'needs-review', reviewReason: 'seen-otherwise' })
    const again = { ...NONE, seenAgain: { subjectRev: 3, seen: seenOf(VISIT) } }
    expect(changeRequest(waiting, again, SUBJECT)).toMatchObject({
      value: { status: 'requested', reviewReason: null },
    })
    const late = { rev: 4, visit: { ...VISIT, place: 'Room 5' } }
    expect(changeRequest(waiting, again, late)).toMatchObject({ value: { status: 'needs-review' } })
    for (const status of ['declined', 'approved', 'withdrawn'] as const)
      expect(code(changeRequest(request({ status }), { ...NONE, wishes: true }, SUBJECT))).toBe('wrong_state')
  })

  it('[Q6] that were agreed to before they were taken back are shown to both', () => {
    const back = { ...NONE, withdraw: true }
    const withdrawn = (status: RequestState) => changeRequest(request({ status }), back, SUBJECT)
    expect(withdrawn('approved')).toMatchObject({
      value: { status: 'needs-review', reviewReason: 'withdrawn-late' },
    })
    expect(
      changeRequest(request({ status: 'needs-review', reviewReason: 'withdrawn-late' }), back, SUBJECT),
    ).toEqual({ ok: true, value: {} })
    expect(withdrawn('declined')).toEqual({ ok: true, value: {} })
    expect(withdrawn('requested')).toMatchObject({ value: { status: 'withdrawn' } })
  })

  it('[Q8] are decided while they are open, refused with a reason, and offered other times', () => {
    const by = { name: 'Jordan', at: 5 }
    expect(decideRequest(request(), { decision: 'approve' }, by)).toMatchObject({
      value: { status: 'approved', decidedByName: 'Jordan', decidedAt: 5 },
    })
    expect(code(decideRequest(request(), { decision: 'decline', note: '  ' }, by))).toBe('invalid_document')
    const other = request({ kind: 'reschedule', preferredTimes: TIMES })
    expect(code(decideRequest(other, { decision: 'propose' }, by))).toBe('invalid_document')
    expect(decideRequest(other, { decision: 'propose', times: TIMES }, by)).toMatchObject({
      value: { status: 'proposed', proposedTimes: TIMES },
    })
    for (const status of REQUEST_STATES)
      expect(code(decideRequest(request({ status }), { decision: 'approve' }, by))).toBe(
        isOpen({ status }) ? 'ok' : 'wrong_state',
      )
  })

  it('stay documents of their schema, whatever is done to them in whatever order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.constantFrom(...REQUEST_STATES), (steps, status) => {
        const reviewed = status === 'needs-review' ? { reviewReason: 'changed-since' as const } : {}
        let world: World = {
          one: request({ kind: 'reschedule', preferredTimes: TIMES, status, ...reviewed }),
          subject: SUBJECT,
        }
        for (const each of steps) world = STEPS[each](world)
        expect(Request.safeParse(world.one).success).toBe(true)
        expect(world.one.reviewReason === undefined).toBe(world.one.status !== 'needs-review')
      }),
    )
  })

  it('are only for what is still to come', () => {
    expect(canBeChanged(VISIT, VISIT.startsAt - 1)).toBe(true)
    expect(canBeChanged(VISIT, VISIT.startsAt)).toBe(false)
    expect(canBeChanged({ ...VISIT, status: 'cancelled' }, 0)).toBe(false)
  })
})
