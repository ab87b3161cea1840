/**
 * What becomes of a request for a refill: which ones can be made, what the client may change, what the practice decides.
 * Pure. SPEC: shared/domains/medications/SPEC.md.
 */
import { err, ok, type Result } from '../../kernel/result.ts'
import { type Refusal, refusal } from '../../protocol/errors.ts'
import { MAX_STEPS } from './limits.ts'
import type { NewRefill, Refill, RefillState, RefillStep } from './refill-schema.ts'

const UNDECIDED: readonly RefillState[] = ['requested', 'more-information']
const UNDER_WAY: readonly RefillState[] = [...UNDECIDED, 'approved', 'sent']

export const isUndecided = ({ status }: Pick<Refill, 'status'>): boolean => UNDECIDED.includes(status)
/** Not over: neither refused, withdrawn nor in the client's hands. */
export const isUnderWay = ({ status }: Pick<Refill, 'status'>): boolean => UNDER_WAY.includes(status)

/** The request under way for the same medication, if there is one. */
export const duplicateOf = <T extends Pick<Refill, 'id' | 'subjectId' | 'status'>>(
  asked: Pick<Refill, 'id' | 'subjectId'>,
  others: readonly T[],
): T | undefined =>
  others.find((other) => other.id !== asked.id && other.subjectId === asked.subjectId && isUnderWay(other))

interface Asked {
  readonly asked: NewRefill
  /** Is the medication on the client's list? Whether it is still taken is for the clinician to say. */
  readonly known: boolean
  /** The client's other requests that are under way. */
  readonly others: readonly Pick<Refill, 'id' | 'subjectId' | 'status'>[]
}

/** The state in which a new request is taken, or why it is not. */
export function takeRefill({ asked, known, others }: Asked): Result<NewRefill['status'], Refusal> {
  if (!known) return err(refusal('not_found', 'There is no such medication.'))
  if (asked.status === 'withdrawn') return ok('withdrawn')
  const duplicate = duplicateOf(asked, others)
  return duplicate === undefined
    ? ok('requested')
    : err(refusal('already_requested', 'A refill of this medication is under way already.', duplicate.id))
}

export interface RefillChange {
  readonly withdraw: boolean
  readonly received: boolean
  readonly answer: string | undefined
  /** Another pharmacy or other words. */
  readonly wishes: boolean
}
export interface By {
  readonly name: string
  readonly at: number
}
/** Null takes a field away. */
export type RefillFields = { readonly [field in keyof Refill]?: Refill[field] | null }

const TOO_LATE = refusal('wrong_state', 'The practice has decided this already.')

const withStep = (
  { steps = [] }: Pick<Refill, 'steps'>,
  step: Omit<RefillStep, 'note'> & { readonly note?: string | null | undefined },
): { readonly status: RefillState; readonly steps: RefillStep[] } => {
  const { note, ...happened } = step
  // The first ones say what was asked, the last ones what came of it.
  const kept = steps.length < MAX_STEPS ? steps : [...steps.slice(0, 1), ...steps.slice(2)]
  return { status: step.status, steps: [...kept, note ? { ...happened, note } : happened] }
}

/** The first step of a request that was just made. */
export const firstStep = (status: NewRefill['status'], { name, at }: By): RefillStep[] =>
  withStep({}, { status, at, by: 'client', name }).steps

/** The fields that follow from a client's change of a request that the server has; none where nothing follows. */
export function changeRefill(current: Refill, change: RefillChange, by: By): Result<RefillFields, Refusal> {
  const { status } = current
  const step = (next: RefillState, note?: string) =>
    withStep(current, { status: next, by: 'client', ...by, note })
  if (change.withdraw) {
    if (isUndecided(current)) return ok(step('withdrawn'))
    return isUnderWay(current) ? err(TOO_LATE) : ok({})
  }
  if (change.received) {
    if (status === 'approved' || status === 'sent') return ok(step('done'))
    return status === 'done' ? ok({}) : err(refusal('wrong_state', 'Nothing of this was sent to a pharmacy.'))
  }
  if (change.answer !== undefined)
    return status === 'more-information'
      ? ok({ ...step('requested', change.answer), answer: change.answer })
      : err(isUndecided(current) ? refusal('wrong_state', 'This was answered already.') : TOO_LATE)
  return isUndecided(current) || !change.wishes ? ok({}) : err(TOO_LATE)
}

export const REFILL_DECISIONS = ['approve', 'decline', 'ask', 'send', 'complete'] as const
export type RefillDecision = (typeof REFILL_DECISIONS)[number]

const DECISIONS: Record<RefillDecision, { readonly from: readonly RefillState[]; readonly to: RefillState }> =
  {
    approve: { from: UNDECIDED, to: 'approved' },
    decline: { from: UNDECIDED, to: 'declined' },
    ask: { from: UNDECIDED, to: 'more-information' },
    send: { from: ['approved'], to: 'sent' },
    complete: { from: ['approved', 'sent'], to: 'done' },
  }

/** What the practice can do with it now. */
export const decisionsFor = ({ status }: Pick<Refill, 'status'>): readonly RefillDecision[] =>
  REFILL_DECISIONS.filter((decision) => DECISIONS[decision].from.includes(status))

/** A refusal and a question say something, or they help nobody. */
export const needsWords = (decision: RefillDecision): boolean => decision === 'decline' || decision === 'ask'

export function decideRefill(
  current: Refill,
  { decision, note }: { readonly decision: RefillDecision; readonly note?: string | undefined },
  by: By,
): Result<RefillFields, Refusal> {
  if (!decisionsFor(current).includes(decision))
    return err(refusal('wrong_state', 'This request was decided or withdrawn already.'))
  const words = note?.trim() || null
  if (words === null && needsWords(decision))
    return err(
      refusal(
        'invalid_document',
        decision === 'ask' ? 'Say what you need to know.' : 'Say why: the client reads it.',
      ),
    )
  const next = DECISIONS[decision].to
  return ok({
    ...withStep(current, { status: next, by: 'practice', ...by, note: words }),
    decidedAt: by.at,
    decidedByName: by.name,
    decisionNote: words,
    ...(decision === 'ask' ? { answer: null } : {}),
  })
}
