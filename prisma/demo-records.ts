/** What the demo practice's record system has fed for its clients: invented, and different for each. */
import { randomUUID } from 'node:crypto'
import { addDays, dayAt, momentAt } from '../shared/calendar/clinic-days.ts'
import type { JsonObject } from '../shared/kernel/json.ts'
import type { CollectionName } from '../shared/protocol/collections.ts'
import { demoPrescriptions } from './demo-prescriptions.ts'
import type { SeedDocument } from './seed.ts'

const document = (collection: CollectionName, body: JsonObject): SeedDocument => ({
  collection,
  id: randomUUID(),
  body,
})

interface DemoOptions {
  /** ms */
  readonly now: number
  readonly clinicianName: string
}

export function demoRecords(options: DemoOptions): {
  readonly first: readonly SeedDocument[]
  readonly second: readonly SeedDocument[]
  readonly newcomer: readonly SeedDocument[]
} {
  return { first: firstClient(options), second: secondClient(options), newcomer: [newcomer()] }
}

const ZONE = 'America/New_York'

/** Days from today, at an hour of the clinic's day. */
const at = (now: number, days: number, hour: number) =>
  momentAt(addDays(dayAt(now, ZONE), days), hour * 60, ZONE)

/** The practice is closed at the weekend: Saturday's visits are on Monday, Sunday's on Tuesday. */
const onWorkday = (now: number, days: number): number => {
  const weekday = new Date(`${addDays(dayAt(now, ZONE), days)}T12:00:00Z`).getUTCDay()
  return weekday === 6 || weekday === 0 ? days + 2 : days
}

const POLICY =
  'Please tell us at least 24 hours before, so that somebody else can have the time. Later than that we may charge $40.'
const ROOM = {
  place: 'Room 4, 12 Harbor Street',
  kind: 'in-person',
  howToPrepare: 'Come ten minutes early. The entrance is beside the pharmacy, and there is a lift.',
} as const
const VIDEO = {
  place: 'Video visit',
  kind: 'telehealth',
  joinUrl: 'https://video.harborlight.example/room/7f3k-2qmx',
  howToPrepare:
    'Find a quiet place with a door, and have headphones ready. Open the link five minutes before; no app is needed.',
} as const

function appointment(
  { now, clinicianName }: DemoOptions,
  when: { readonly days: number; readonly hour: number; readonly minutes: number },
  what: JsonObject & { readonly title: string; readonly place: string; readonly status: string },
): SeedDocument {
  const startsAt = at(now, onWorkday(now, when.days), when.hour)
  return document('appointments', {
    startsAt,
    endsAt: startsAt + when.minutes * 60_000,
    timeZone: ZONE,
    clinicianName,
    cancellationPolicy: POLICY,
    ...what,
  })
}

/** Times that the practice puts up: three on every workday of the coming weeks. */
export function demoSlots(now: number): readonly { readonly startsAt: Date; readonly endsAt: Date }[] {
  const days = Array.from({ length: 28 }, (_, index) => index + 1).filter(
    (day) => onWorkday(now, day) === day,
  )
  return days.flatMap((day) =>
    [9, 11, 16].map((hour) => {
      const startsAt = at(now, day, hour)
      return { startsAt: new Date(startsAt), endsAt: new Date(startsAt + 50 * 60_000) }
    }),
  )
}

interface DemoMessage {
  readonly author: 'client' | 'staff'
  readonly authorName: string
  readonly sentAt: number
  readonly body: string
}

function thread(subject: string, messages: readonly DemoMessage[]): readonly SeedDocument[] {
  const threadId = randomUUID()
  return messages.map((message) =>
    document('messages', { threadId, subject, priority: 'normal', attachments: [], ...message }),
  )
}

interface DemoPerson {
  readonly name: string
  readonly email: string
  readonly phone: string
  readonly dateOfBirth: string
  readonly address: string
}

const profile = (person: DemoPerson) =>
  document('profile', {
    ...person,
    practiceName: 'Harbor Light Behavioral Health',
    practicePhone: '+1 555 010 0199',
    practiceTimeZone: ZONE,
    preferences: { 'notify.email': true, 'notify.sms': false, 'notify.push': true },
  })

/** Nothing but who they are: every list is empty yet. */
const newcomer = () =>
  profile({
    name: 'Jamie Chen',
    email: 'jamie@demo.test',
    phone: '+1 555 010 0163',
    dateOfBirth: '1979-08-30',
    address: '5 Wharf Lane, Portland, ME 04101',
  })

const THERAPY = 'Individual therapy'

/** A first conversation, then a visit every week or two; one that was called off, and two to come. */
const alexVisits = (options: DemoOptions): readonly SeedDocument[] => [
  appointment(
    options,
    { days: -49, hour: 10, minutes: 50 },
    { ...VIDEO, title: 'First conversation', status: 'fulfilled' },
  ),
  appointment(
    options,
    { days: -35, hour: 14, minutes: 50 },
    { ...ROOM, title: THERAPY, status: 'fulfilled' },
  ),
  appointment(
    options,
    { days: -21, hour: 14, minutes: 50 },
    { ...ROOM, title: THERAPY, status: 'cancelled' },
  ),
  appointment(
    options,
    { days: -14, hour: 14, minutes: 50 },
    { ...ROOM, title: THERAPY, status: 'fulfilled' },
  ),
  appointment(options, { days: -7, hour: 16, minutes: 30 }, { ...VIDEO, title: THERAPY, status: 'no-show' }),
  appointment(options, { days: 3, hour: 14, minutes: 50 }, { ...ROOM, title: THERAPY, status: 'booked' }),
  appointment(
    options,
    { days: 10, hour: 9, minutes: 30 },
    { ...ROOM, title: 'Medication review', status: 'cancelled' },
  ),
  appointment(options, { days: 17, hour: 14, minutes: 50 }, { ...VIDEO, title: THERAPY, status: 'booked' }),
]

function firstClient(options: DemoOptions): readonly SeedDocument[] {
  const { now, clinicianName } = options
  return [
    ...alexVisits(options),
    ...thread('Before your next visit', [
      {
        author: 'staff',
        authorName: clinicianName,
        sentAt: at(now, -2, 9),
        body: 'Hello Alex, please fill in the forms in your portal before we meet. It is fine to stop and go on later.',
      },
      {
        author: 'client',
        authorName: 'Alex Rivera',
        sentAt: at(now, -2, 12),
        body: 'Thank you, I will do them on the train.',
      },
    ]),
    ...demoPrescriptions('first', {
      clinicianName,
      clientName: 'Alex Rivera',
      at: (days, hour) => at(now, days, hour),
    }),
    ...paidStatement(options),
    document('billing', {
      type: 'statement',
      number: 'ST-1051',
      issuedAt: at(now, -3, 8),
      dueAt: at(now, 27, 8),
      currency: 'USD',
      total: 2_500,
      balance: 2_500,
      status: 'open',
      lines: [
        { date: at(now, -14, 14), description: `${THERAPY}, 50 minutes`, amount: 12_000 },
        { date: at(now, -5, 10), description: 'Paid by your insurance', amount: -9_500 },
      ],
    }),
    document('billing', {
      type: 'statement',
      number: 'ST-1042',
      issuedAt: at(now, -10, 8),
      dueAt: at(now, 20, 8),
      currency: 'USD',
      total: 4_000,
      balance: 4_000,
      status: 'open',
      lines: [
        { date: at(now, -21, 10), description: 'First conversation, 50 minutes', amount: 12_000 },
        { date: at(now, -12, 10), description: 'Paid by your insurance', amount: -8_000 },
      ],
    }),
    profile({
      name: 'Alex Rivera',
      email: 'client@demo.test',
      phone: '+1 555 010 0142',
      dateOfBirth: '1991-04-17',
      address: '27 Chandler Lane, Portland, ME 04101',
    }),
  ]
}

/** One that was paid, with its receipt. */
function paidStatement({ now }: DemoOptions): readonly SeedDocument[] {
  const statement = document('billing', {
    type: 'statement',
    number: 'ST-1017',
    issuedAt: at(now, -40, 8),
    dueAt: at(now, -10, 8),
    currency: 'USD',
    total: 4_000,
    balance: 4_000,
    status: 'open',
    lines: [
      { date: at(now, -49, 10), description: 'First conversation, 50 minutes', amount: 12_000 },
      { date: at(now, -42, 10), description: 'Paid by your insurance', amount: -8_000 },
    ],
  })
  const payment = document('billing', {
    type: 'payment',
    statementId: statement.id,
    shares: [{ statementId: statement.id, number: 'ST-1017', amount: 4_000 }],
    paidAt: at(now, -30, 15),
    amount: 4_000,
    currency: 'USD',
    method: 'Visa ···· 4242',
    number: 'R-DEMO1017',
    status: 'succeeded',
  })
  return [statement, payment]
}

function secondClient(options: DemoOptions): readonly SeedDocument[] {
  const { now, clinicianName } = options
  return [
    appointment(
      options,
      { days: 6, hour: 11, minutes: 30 },
      { ...ROOM, title: 'Medication review', place: 'Room 2, 12 Harbor Street', status: 'booked' },
    ),
    ...thread('Your prescription', [
      {
        author: 'client',
        authorName: 'Sam Okafor',
        sentAt: at(now, -5, 17),
        body: 'Can I take the tablets in the evening instead?',
      },
      {
        author: 'staff',
        authorName: clinicianName,
        sentAt: at(now, -4, 9),
        body: 'Yes, that is fine. Keep to the same hour every day.',
      },
    ]),
    ...demoPrescriptions('second', {
      clinicianName,
      clientName: 'Grace Okafor',
      at: (days, hour) => at(now, days, hour),
    }),
    document('billing', {
      type: 'statement',
      number: 'ST-1029',
      issuedAt: at(now, -8, 8),
      dueAt: at(now, 22, 8),
      currency: 'USD',
      total: 6_500,
      balance: 6_500,
      status: 'open',
      lines: [{ date: at(now, -12, 11), description: 'Medication review, 30 minutes', amount: 6_500 }],
    }),
    profile({
      name: 'Sam Okafor',
      email: 'client2@demo.test',
      phone: '+1 555 010 0177',
      dateOfBirth: '2012-11-02',
      address: '8 Orchard Street, Portland, ME 04103',
    }),
  ]
}
