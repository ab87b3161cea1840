/** What a client asks for, as FHIR R4 Task. */
import type { Refill } from '../../../../shared/domains/medications/refill-schema.ts'
import type { Request } from '../../../../shared/domains/requests/schema.ts'
import type { JsonObject } from '../../../../shared/kernel/json.ts'
import { defined, instant } from './elements.ts'

const STATES: Readonly<Record<string, string>> = {
  requested: 'requested',
  approved: 'accepted',
  declined: 'rejected',
  withdrawn: 'cancelled',
  sent: 'in-progress',
  done: 'completed',
}

/** `focus`: what it is about, as the record system calls it. */
export function toTask(asked: Request | Refill, subject: string, focus: string | undefined): JsonObject {
  return defined({
    resourceType: 'Task',
    intent: 'proposal',
    status: STATES[asked.status] ?? 'in-progress',
    businessStatus: { text: asked.status },
    code: { text: asked.kind },
    for: { reference: subject },
    focus: focus === undefined ? undefined : { reference: focus },
    authoredOn: instant(asked.requestedAt),
    ...(asked.kind === 'refill' ? ofRefill(asked) : ofVisit(asked)),
    note: asked.decisionNote === undefined ? undefined : [{ text: asked.decisionNote }],
    owner: asked.decidedByName === undefined ? undefined : { display: asked.decidedByName },
  }) as JsonObject
}

const ofVisit = ({ reason, preferredTimes }: Request) => ({
  description: reason,
  input: preferredTimes?.map(({ from, to }) => ({
    type: { text: 'preferred time' },
    valuePeriod: { start: instant(from), end: instant(to) },
  })),
})
const ofRefill = ({ note, answer, pharmacy }: Refill) => ({
  description: [note, answer].filter(Boolean).join('\n') || undefined,
  input: pharmacy === undefined ? undefined : [{ type: { text: 'pharmacy' }, valueString: pharmacy }],
})
