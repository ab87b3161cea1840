/** What the demo practice prescribes to its two clients, and what they asked for: invented, in every state that there is to see. */
import { randomUUID } from 'node:crypto'
import type { Json, JsonObject } from '../shared/kernel/json.ts'
import type { SeedDocument } from './seed.ts'

interface Demo {
  readonly clinicianName: string
  /** Who asks. */
  readonly clientName: string
  /** Days from today, at an hour of the clinic's day; ms. */
  readonly at: (days: number, hour: number) => number
}

interface DemoRefill {
  readonly pharmacy?: string
  readonly note?: string
  /** The first one is the client's. */
  readonly steps: readonly (readonly [status: string, at: number, note?: string])[]
}

const CLIENT_STEPS = ['requested', 'withdrawn', 'done']

function refill(medication: SeedDocument, { steps, ...wish }: DemoRefill, demo: Demo): SeedDocument {
  const { name = '', dose = '' } = medication.body
  const happened = steps.map(([status, at, note]): JsonObject => {
    const by = CLIENT_STEPS.includes(status) ? 'client' : 'practice'
    const who = by === 'client' ? demo.clientName : demo.clinicianName
    return { status, at, by, name: who, ...(note === undefined ? {} : { note }) }
  })
  const last = happened.at(-1) as { status: Json }
  const decided = happened.findLast(({ by }) => by === 'practice')
  return {
    collection: 'requests',
    id: randomUUID(),
    body: {
      kind: 'refill',
      status: last.status,
      subjectId: medication.id,
      medication: { name, dose },
      ...wish,
      requestedAt: happened[0]?.at ?? 0,
      steps: happened,
      ...(decided && {
        decidedAt: decided.at ?? 0,
        decidedByName: demo.clinicianName,
        ...(decided.note === undefined ? {} : { decisionNote: decided.note }),
      }),
    },
  }
}

export const demoPrescriptions = (who: 'first' | 'second', demo: Demo): readonly SeedDocument[] =>
  who === 'first' ? ofAdult(demo) : ofChild(demo)

function ofAdult(demo: Demo): readonly SeedDocument[] {
  const { at, clinicianName } = demo
  const HARBOR = 'Harbor Pharmacy, 3 Quay Road'
  const medication = (body: JsonObject): SeedDocument => ({
    collection: 'medications',
    id: randomUUID(),
    body: { prescriberName: clinicianName, pharmacyName: HARBOR, ...body },
  })
  const sertraline = medication({
    name: 'Sertraline',
    dose: '50 mg',
    instructions: 'One tablet in the morning with food',
    refillsLeft: 2,
    startedAt: at(-150, 9),
    status: 'active',
  })
  const hydroxyzine = medication({
    name: 'Hydroxyzine',
    dose: '25 mg',
    instructions: 'One tablet in the evening when you feel very anxious, no more than one a day',
    refillsLeft: 1,
    startedAt: at(-60, 9),
    status: 'active',
  })
  const trazodone = medication({
    name: 'Trazodone',
    dose: '50 mg',
    instructions: 'One tablet half an hour before bed',
    refillsLeft: 0,
    startedAt: at(-210, 9),
    endedAt: at(-95, 9),
    status: 'stopped',
  })
  const melatonin = medication({
    name: 'Melatonin',
    dose: '3 mg',
    instructions: 'One tablet two hours before bed, for four weeks',
    startedAt: at(-180, 9),
    endedAt: at(-152, 9),
    status: 'completed',
  })
  return [
    sertraline,
    hydroxyzine,
    trazodone,
    melatonin,
    refill(
      sertraline,
      {
        pharmacy: HARBOR,
        note: 'I have tablets for one more week.',
        steps: [
          ['requested', at(-70, 18)],
          ['approved', at(-69, 10)],
          ['sent', at(-69, 11)],
          ['done', at(-67, 17)],
        ],
      },
      demo,
    ),
    refill(
      trazodone,
      {
        note: 'I sleep badly again.',
        steps: [
          ['requested', at(-92, 21)],
          [
            'declined',
            at(-91, 9),
            'We stopped this one together. Let us talk about your sleep at your next visit.',
          ],
        ],
      },
      demo,
    ),
    refill(
      hydroxyzine,
      {
        steps: [
          ['requested', at(-30, 8)],
          ['withdrawn', at(-30, 9)],
        ],
      },
      demo,
    ),
    refill(
      hydroxyzine,
      {
        pharmacy: 'Mill Street Drugs, 41 Mill Street',
        note: 'Please to the other pharmacy this time, it is nearer to work.',
        steps: [
          ['requested', at(-3, 12)],
          ['more-information', at(-3, 15), 'How many do you take in a week?'],
          ['requested', at(-3, 19), 'Two or three.'],
          ['approved', at(-2, 9)],
          ['sent', at(-2, 10), 'It should be ready from tomorrow on.'],
        ],
      },
      demo,
    ),
  ]
}

function ofChild(demo: Demo): readonly SeedDocument[] {
  const { at, clinicianName } = demo
  const lamotrigine: SeedDocument = {
    collection: 'medications',
    id: randomUUID(),
    body: {
      name: 'Lamotrigine',
      dose: '100 mg',
      instructions: 'One tablet twice a day',
      prescriberName: clinicianName,
      pharmacyName: 'Mill Street Drugs, 41 Mill Street',
      refillsLeft: 0,
      startedAt: at(-200, 9),
      status: 'active',
    },
  }
  return [
    lamotrigine,
    refill(
      lamotrigine,
      {
        pharmacy: 'Mill Street Drugs, 41 Mill Street',
        steps: [
          ['requested', at(-2, 20)],
          ['more-information', at(-1, 9), 'Has the rash on the arm gone?'],
        ],
      },
      demo,
    ),
  ]
}
