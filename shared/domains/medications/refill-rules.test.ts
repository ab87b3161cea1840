import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_STEPS } from './limits.ts'
import {
  changeRefill,
  decideRefill,
  decisionsFor,
  duplicateOf,
  firstStep,
  isUndecided,
  isUnderWay,
  REFILL_DECISIONS,
  takeRefill,
} from './refill-rules.ts'
import { NewRefill, REFILL_STATES, Refill, RefillEdits } from './refill-schema.ts'

const uuid = () => crypto.randomUUID()
const MEDICATION = uuid()
const asked = (fields: Partial<NewRefill> = {}): NewRefill => ({
  id: uuid(),
  kind: 'refill',
  status: 'requested',
  subjectId: MEDICATION,
  requestedAt: 1,
  ...fields,
})
const refill = (fields: Partial<Refill> = {}): Refill => ({ ...asked(), updatedAt: 1, ...fields }) as Refill
const NONE = { withdraw: false, received: false, answer: undefined, wishes: false }
const BY = { name: 'Alex', at: 5 }
const code = (result: { ok: boolean; error?: { code: string } }) => (result.ok ? 'ok' : result.error?.code)

type Step = (one: Refill) => ReturnType<typeof changeRefill>
const STEPS: Record<string, Step> = {
  withdraw: (one) => changeRefill(one, { ...NONE, withdraw: true }, BY),
  receive: (one) => changeRefill(one, { ...NONE, received: true }, BY),
  answer: (one) => changeRefill(one, { ...NONE, answer: 'Mill Street' }, BY),
  wish: (one) => changeRefill(one, { ...NONE, wishes: true }, BY),
  ...Object.fromEntries(
    REFILL_DECISIONS.map((decision): [string, Step] => [
      decision,
      (one) => decideRefill(one, { decision, note: 'why' }, { name: 'Dr. M', at: 6 }),
    ]),
  ),
}
/** Which step leads where, written down apart from the code that decides. */
const WAYS: readonly string[] = [
  'requested withdraw withdrawn',
  'requested approve approved',
  'requested decline declined',
  'requested ask more-information',
  'more-information withdraw withdrawn',
  'more-information answer requested',
  'more-information approve approved',
  'more-information decline declined',
  'more-information ask more-information',
  'approved send sent',
  'approved receive done',
  'approved complete done',
  'sent receive done',
  'sent complete done',
]
const applied = (one: Refill, done: ReturnType<Step>): Refill =>
  done.ok
    ? (Object.fromEntries(
        Object.entries({ ...one, ...done.value }).filter(([, value]) => value !== null),
      ) as Refill)
    : one

describe('refills', () => {
  it('[D1] are about a medication of the client, and devices write nothing of what the practice says', () => {
    expect(takeRefill({ asked: asked(), known: true, others: [] })).toEqual({ ok: true, value: 'requested' })
    expect(code(takeRefill({ asked: asked(), known: false, others: [] }))).toBe('not_found')
    for (const more of [{ steps: [] }, { decidedAt: 1 }, { answer: 'x' }, { status: 'approved' }])
      expect(NewRefill.safeParse({ ...asked(), ...more }).success).toBe(false)
    for (const more of [{ steps: [] }, { status: 'approved' }, { decisionNote: 'x' }, { subjectId: uuid() }])
      expect(RefillEdits.safeParse(more).success).toBe(false)
  })

  it('[D2] are under way once for a medication', () => {
    for (const status of REFILL_STATES) {
      const open = refill({ status })
      const taken = takeRefill({ asked: asked(), known: true, others: [open] })
      expect(code(taken)).toBe(isUnderWay({ status }) ? 'already_requested' : 'ok')
      expect(duplicateOf(asked({ subjectId: uuid() }), [open])).toBeUndefined()
      expect(duplicateOf(open, [open])).toBeUndefined()
    }
    // One that was taken back before it arrived stands in nobody's way.
    const others = [refill()]
    expect(code(takeRefill({ asked: asked({ status: 'withdrawn' }), known: true, others }))).toBe('ok')
  })

  it('[D3] [D5] go no other ways than those that are written down', () => {
    const found = REFILL_STATES.flatMap((status) =>
      Object.entries(STEPS).flatMap(([name, step]) => {
        const after = step(refill({ status }))
        return after.ok && after.value.status !== undefined ? [`${status} ${name} ${after.value.status}`] : []
      }),
    )
    expect(found.sort()).toEqual([...WAYS].sort())
    expect(decisionsFor({ status: 'done' })).toEqual([])
  })

  it('[D3] are changed and withdrawn until they are decided', () => {
    for (const status of REFILL_STATES) {
      const one = refill({ status })
      const isOpen = isUndecided(one)
      expect(code(changeRefill(one, { ...NONE, wishes: true }, BY))).toBe(isOpen ? 'ok' : 'wrong_state')
      const withdrawn = changeRefill(one, { ...NONE, withdraw: true }, BY)
      expect(code(withdrawn)).toBe(status === 'approved' || status === 'sent' ? 'wrong_state' : 'ok')
      if (withdrawn.ok && !isOpen) expect(withdrawn.value).toEqual({})
    }
    expect(RefillEdits.safeParse({ answer: '' }).success).toBe(false)
  })

  it('[D5] are refused and asked back with words only', () => {
    for (const decision of REFILL_DECISIONS) {
      const one = refill({ status: decision === 'send' ? 'approved' : 'more-information' })
      if (decision === 'complete') continue
      const bare = decideRefill(one, { decision, note: '  ' }, BY)
      expect(code(bare)).toBe(decision === 'decline' || decision === 'ask' ? 'invalid_document' : 'ok')
    }
  })

  it('[D6] keep who did what, when and why, and stay documents of their schema, whatever is done in whatever order', () => {
    const names = fc.array(fc.constantFrom(...Object.keys(STEPS)), { maxLength: 120 })
    fc.assert(
      fc.property(names, (done) => {
        let one = refill({ steps: firstStep('requested', BY) })
        for (const name of done) {
          const after = applied(one, STEPS[name]?.(one) ?? { ok: true, value: {} })
          const last = after.steps?.at(-1)
          if (after.status !== one.status) expect(last).toMatchObject({ status: after.status })
          expect(isUnderWay(after) || !isUnderWay(one) || last?.at !== undefined).toBe(true)
          // Nothing comes back from its end.
          if (!isUnderWay(one)) expect(after.status).toBe(one.status)
          one = after
        }
        expect(Refill.safeParse(one).success).toBe(true)
        expect(one.steps?.[0]).toMatchObject({ status: 'requested', by: 'client', name: 'Alex' })
        expect(one.steps?.length).toBeLessThanOrEqual(MAX_STEPS)
      }),
    )
  })
})
