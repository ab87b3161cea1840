/** What the demo practice's record system has fed for its two clients: invented, and different for each. */
import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../shared/kernel/json.ts'
import type { CollectionName } from '../shared/protocol/collections.ts'
import type { SeedDocument } from './seed.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

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
} {
  return { first: firstClient(options), second: secondClient(options) }
}

/** Days from today, at an hour of the clinic's day (UTC−5). */
const at = (now: number, days: number, hour: number) =>
  Math.floor(now / DAY) * DAY + days * DAY + (hour + 5) * HOUR

function appointment(
  { now, clinicianName }: DemoOptions,
  when: { readonly days: number; readonly hour: number; readonly minutes: number },
  what: { readonly title: string; readonly place: string; readonly status: string },
): SeedDocument {
  const startsAt = at(now, when.days, when.hour)
  return document('appointments', {
    startsAt,
    endsAt: startsAt + when.minutes * 60_000,
    timeZone: 'America/New_York',
    clinicianName,
    ...what,
  })
}

function thread(
  subject: string,
  messages: readonly {
    readonly from: 'client' | 'clinician'
    readonly name: string
    readonly sentAt: number
    readonly text: string
  }[],
): readonly SeedDocument[] {
  const threadId = randomUUID()
  return messages.map(({ from, name, sentAt, text }) =>
    document('messages', {
      threadId,
      subject,
      senderRole: from,
      senderName: name,
      sentAt,
      text,
      priority: 'normal',
    }),
  )
}

function firstClient(options: DemoOptions): readonly SeedDocument[] {
  const { now, clinicianName } = options
  return [
    appointment(
      options,
      { days: -21, hour: 10, minutes: 50 },
      { title: 'First conversation', place: 'Video visit', status: 'completed' },
    ),
    appointment(
      options,
      { days: 3, hour: 14, minutes: 50 },
      { title: 'Individual therapy', place: 'Room 4, 12 Harbor Street', status: 'confirmed' },
    ),
    appointment(
      options,
      { days: 17, hour: 14, minutes: 50 },
      { title: 'Individual therapy', place: 'Video visit', status: 'confirmed' },
    ),
    ...thread('Before your next visit', [
      {
        from: 'clinician',
        name: clinicianName,
        sentAt: at(now, -2, 9),
        text: 'Hello Alex, please fill in the forms in your portal before we meet. It is fine to stop and go on later.',
      },
      {
        from: 'client',
        name: 'Alex Rivera',
        sentAt: at(now, -2, 12),
        text: 'Thank you, I will do them on the train.',
      },
    ]),
    document('medications', {
      name: 'Sertraline',
      dose: '50 mg',
      directions: 'One tablet in the morning with food',
      prescriberName: clinicianName,
      pharmacy: 'Harbor Pharmacy, 3 Quay Road',
      refillsLeft: 2,
      startedAt: at(now, -60, 9),
      status: 'active',
    }),
    document('billing', {
      kind: 'statement',
      number: 'ST-1042',
      issuedAt: at(now, -10, 8),
      dueAt: at(now, 20, 8),
      totalCents: 12_000,
      balanceCents: 4_000,
      lines: [
        { text: 'First conversation, 50 minutes', amountCents: 12_000 },
        { text: 'Paid by your insurance', amountCents: -8_000 },
      ],
    }),
    document('documents', {
      title: 'What to expect from your first visits',
      category: 'information',
      mimeType: 'application/pdf',
      sharedAt: at(now, -20, 11),
    }),
    document('profile', {
      name: 'Alex Rivera',
      phone: '+1 555 010 0142',
      language: 'en',
      preferences: { email: true, sms: false, push: true },
    }),
  ]
}

function secondClient(options: DemoOptions): readonly SeedDocument[] {
  const { now, clinicianName } = options
  return [
    appointment(
      options,
      { days: 6, hour: 11, minutes: 30 },
      { title: 'Medication review', place: 'Room 2, 12 Harbor Street', status: 'confirmed' },
    ),
    ...thread('Your prescription', [
      {
        from: 'client',
        name: 'Sam Okafor',
        sentAt: at(now, -5, 17),
        text: 'Can I take the tablets in the evening instead?',
      },
      {
        from: 'clinician',
        name: clinicianName,
        sentAt: at(now, -4, 9),
        text: 'Yes, that is fine. Keep to the same hour every day.',
      },
    ]),
    document('medications', {
      name: 'Lamotrigine',
      dose: '100 mg',
      directions: 'One tablet twice a day',
      prescriberName: clinicianName,
      pharmacy: 'Mill Street Drugs, 41 Mill Street',
      refillsLeft: 0,
      startedAt: at(now, -200, 9),
      status: 'active',
    }),
    document('billing', {
      kind: 'payment',
      paidAt: at(now, -30, 15),
      amountCents: 6_500,
      method: 'card',
      status: 'succeeded',
    }),
    document('profile', {
      name: 'Sam Okafor',
      phone: '+1 555 010 0177',
      language: 'en',
      preferences: { email: true, sms: true, push: false },
    }),
  ]
}
