/**
 * A practice made up from a seed: who comes, how often, what was said, taken and billed over eighteen months. The same
 * seed, day and number always make the same client, whatever was made before. Nobody in it exists.
 */
import type { Item } from './api.ts'

export interface MadeUp {
  readonly seed: number
  /** `YYYY-MM-DD`: what is before it has happened. */
  readonly today: string
}
const DAY = 86_400_000
const MONTHS = 18

/** mulberry32 */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const GIVEN =
  'Ada Amir Ana Ben Bianca Carlos Chloe Dana Daniel Elena Eli Emma Farid Grace Hana Henry Ines Isaac Jada James Kaia Kofi Layla Leo Lucia Malik Maria Mateo Maya Mina Nadia Noah Nora Omar Owen Paula Priya Quinn Rafael Rosa Ruth Sami Sara Simon Sofia Tariq Theo Uma Vera Wei Yara Zoe'.split(
    ' ',
  )
const FAMILY =
  'Abbott Ahmed Alvarez Baker Banerjee Bauer Bianchi Brooks Castillo Chen Cohen Costa Diaz Dubois Eriksen Evans Farouk Fischer Flores Garcia Gomez Grant Haddad Hansen Hughes Ito Jensen Johnson Kaur Kim Kowalski Kumar Larsen Lee Lopez Marino Martin Mensah Mohamed Morales Nguyen Novak Okafor Olsen Ortiz Park Patel Pereira Popov Quist Ramos Reyes Rossi Saito Santos Schmidt Shah Silva Singh Sousa Tanaka Torres Usman Varga Vega Walker Weber Wong Young Zhang Zimmer'.split(
    ' ',
  )
const CLINICIANS = [
  'Dr. Maya Lindqvist',
  'Dr. Samuel Ortega',
  'Priscilla Wong, LCSW',
  'Dr. Anne Keller',
  'Jonah Reed, LPC',
  'Dr. Ifeoma Eze',
]
const SERVICES = [
  ['Individual therapy', 50, 14_500],
  ['Medication review', 30, 12_000],
  ['Couples session', 75, 18_500],
  ['Group therapy', 90, 6_500],
] as const
const MEDICATIONS = [
  ['Sertraline 50 mg tablet', 50, 'One tablet in the morning'],
  ['Escitalopram 10 mg tablet', 10, 'One tablet in the morning'],
  ['Bupropion XL 150 mg tablet', 150, 'One tablet in the morning, not in the evening'],
  ['Trazodone 50 mg tablet', 50, 'Half a tablet before sleep, as needed'],
  ['Lamotrigine 100 mg tablet', 100, 'One tablet twice a day'],
  ['Hydroxyzine 25 mg tablet', 25, 'One tablet up to three times a day, as needed'],
] as const
const PHARMACIES = ['Main Street Pharmacy', 'Harbor Drugs', 'Northside Pharmacy']
const TALKS = [
  [
    'Moving an appointment',
    'Could we meet a little later next week? I have a shift until four.',
    'Of course. Thursday at 5 pm is free; shall I put you down?',
    'Yes please, thank you.',
  ],
  [
    'Side effects',
    'Since the new dose I sleep badly. Is that usual?',
    'That can happen in the first two weeks. Please take it in the morning, and tell us if it goes on.',
  ],
  [
    'Insurance card',
    'My insurance has changed this month. What do you need from me?',
    'A photo of both sides of the card at your next visit is enough.',
  ],
  [
    'Exercise from last time',
    'I tried the breathing exercise every day but one. It helps before work.',
    'Well done. Let us talk on Monday about what made that one day hard.',
  ],
] as const

export function clientOf({ seed, today }: MadeUp, number: number): readonly Item[] {
  const random = randomOf(seed * 1_000_003 + number * 7_919)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1))
  const id = `hl-${seed}-${String(number).padStart(5, '0')}`
  const now = Date.parse(`${today}T00:00:00Z`)
  const [given, family, clinician] = [pick(GIVEN), pick(FAMILY), pick(CLINICIANS)]
  const name = `${given} ${family}`
  const subject = { reference: `Patient/${id}` }
  const birth = new Date(Date.UTC(between(1945, 2008), between(0, 11), between(1, 28)))
  const email = `${given}.${family}.${number}@example.test`.toLowerCase()
  const patient = {
    resourceType: 'Patient',
    name: [{ use: 'official', given: [given], family }],
    birthDate: birth.toISOString().slice(0, 10),
    telecom: [
      { system: 'email', value: email },
      { system: 'phone', value: `+1 555 01${between(0, 9)} ${String(between(0, 9_999)).padStart(4, '0')}` },
    ],
    address: [
      { line: [`${between(1, 900)} Harbor Street`], city: 'Portsmouth', state: 'NH', postalCode: '03801' },
    ],
    identifier: [{ type: { coding: [{ code: 'MR' }] }, value: `DEMO-${seed}-${number}` }],
  }

  const [service, minutes, price] = pick(SERVICES)
  const every = pick([7, 7, 14, 14, 14, 28])
  const first = now - between(2, MONTHS * 30) * DAY
  const hour = between(13, 20)
  const visits: { at: number; status: string }[] = []
  for (let at = first; at < now + 8 * 7 * DAY; at += every * DAY) {
    const day = new Date(at + hour * 3_600_000)
    if (day.getUTCDay() % 6 === 0) day.setUTCDate(day.getUTCDate() + 2)
    const fate = random()
    const past = fate < 0.88 ? 'fulfilled' : fate < 0.96 ? 'cancelled' : 'noshow'
    visits.push({
      at: day.getTime(),
      status: day.getTime() < now ? past : fate < 0.97 ? 'booked' : 'cancelled',
    })
  }
  const appointments = visits.map(({ at, status }, index) => ({
    type: 'appointments',
    id: `${id}-a${index}`,
    resource: {
      resourceType: 'Appointment',
      status,
      description: index === 0 ? 'First conversation' : service,
      start: new Date(at).toISOString(),
      end: new Date(at + minutes * 60_000).toISOString(),
      participant: [
        { actor: subject },
        { actor: { reference: 'Practitioner/demo', display: clinician } },
        { actor: { reference: 'Location/demo', display: `Room ${(number % 6) + 1}, 12 Harbor Street` } },
      ],
      kind: 'in-person',
    },
  }))

  const medications = Array.from({ length: pick([0, 0, 1, 1, 2, 3]) }, (_, index) => {
    const [label, dose, instruction] =
      MEDICATIONS[(number + index * 5) % MEDICATIONS.length] ?? MEDICATIONS[0]
    const stopped = random() < 0.2
    const begun = first + between(0, 60) * DAY
    return {
      type: 'medications',
      id: `${id}-m${index}`,
      resource: {
        resourceType: 'MedicationRequest',
        status: stopped ? 'stopped' : 'active',
        intent: 'order',
        medicationCodeableConcept: { text: label },
        subject,
        authoredOn: new Date(Math.min(begun, now - DAY)).toISOString(),
        requester: { display: clinician },
        dosageInstruction: [
          { text: instruction, doseAndRate: [{ doseQuantity: { value: dose, unit: 'mg' } }] },
        ],
        dispenseRequest: { numberOfRepeatsAllowed: between(0, 5), performer: { display: pick(PHARMACIES) } },
      },
    }
  })

  const byMonth = new Map<string, { at: number }[]>()
  for (const visit of visits) {
    if (visit.status !== 'fulfilled') continue
    const month = new Date(visit.at).toISOString().slice(0, 7)
    byMonth.set(month, [...(byMonth.get(month) ?? []), visit])
  }
  const statements = [...byMonth].map(([month, held]) => {
    const issued = Date.parse(`${month}-01T12:00:00Z`) + 35 * DAY
    const money = (cents: number) => ({ value: cents / 100, currency: 'USD' })
    const isOpen = issued > now - 45 * DAY && random() < 0.6
    return {
      type: 'statements',
      id: `${id}-s${month}`,
      resource: {
        resourceType: 'Invoice',
        status: isOpen ? 'issued' : 'balanced',
        identifier: [{ value: `HL-${number}-${month}` }],
        subject,
        date: new Date(issued).toISOString(),
        dueDate: new Date(issued + 30 * DAY).toISOString(),
        lineItem: held.map(({ at }) => ({
          date: new Date(at).toISOString(),
          chargeItemCodeableConcept: { text: `${service}, ${minutes} min` },
          priceComponent: [{ amount: money(price) }],
        })),
        totalNet: money(price * held.length),
        balance: money(isOpen ? price * held.length : 0),
      },
    }
  })

  const messages = Array.from({ length: between(0, 5) }, (_, talk) => {
    const [topic, ...lines] = pick(TALKS)
    const at = first + random() * (now - first - DAY)
    return lines.map((contentString, index) => ({
      type: 'messages',
      id: `${id}-t${talk}-${index}`,
      resource: {
        resourceType: 'Communication',
        status: 'completed',
        subject,
        sender: index % 2 === 0 ? { ...subject, display: name } : { display: clinician },
        sent: new Date(at + index * 5 * 3_600_000).toISOString(),
        topic: { text: topic },
        ...(index === 0 ? {} : { partOf: [{ reference: `Communication/${id}-t${talk}-0` }] }),
        payload: [{ contentString }],
      },
    }))
  }).flat()

  return [
    { type: 'clients', id, resource: patient },
    ...appointments,
    ...medications,
    ...statements,
    ...messages,
  ]
}
