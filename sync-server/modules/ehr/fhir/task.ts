/** What a client asks for, as FHIR R4 Task. */
import type { Request } from '../../../../shared/domains/requests/schema.ts'
import type { JsonObject } from '../../../../shared/kernel/json.ts'
import { defined, instant } from './elements.ts'

const STATES: Readonly<Record<string, string>> = {
  requested: 'requested',
  approved: 'accepted',
  declined: 'rejected',
  denied: 'rejected',
  withdrawn: 'cancelled',
  sent: 'in-progress',
  done: 'completed',
}

/** `focus`: what it is about, as the record system calls it. */
export function toTask(request: Request, subject: string, focus: string | undefined): JsonObject {
  return defined({
    resourceType: 'Task',
    intent: 'proposal',
    status: STATES[request.status] ?? 'in-progress',
    businessStatus: { text: request.status },
    code: { text: request.kind },
    for: { reference: subject },
    focus: focus === undefined ? undefined : { reference: focus },
    authoredOn: instant(request.requestedAt),
    description: request.reason,
    input: request.preferredTimes?.map(({ from, to }) => ({
      type: { text: 'preferred time' },
      valuePeriod: { start: instant(from), end: instant(to) },
    })),
    note: request.decisionNote === undefined ? undefined : [{ text: request.decisionNote }],
    owner: request.decidedByName === undefined ? undefined : { display: request.decidedByName },
  }) as JsonObject
}
