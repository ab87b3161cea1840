import { useLingui } from '@lingui/react/macro'
import type { RefillDecision } from '../../../shared/domains/medications/refill-rules.ts'
import type { RefillState } from '../../../shared/domains/medications/refill-schema.ts'

export function useRefillStates(): Readonly<Record<RefillState, string>> {
  const { t } = useLingui()
  return {
    requested: t`Asked for`,
    'more-information': t`Waits for the client's answer`,
    approved: t`Approved, not sent yet`,
    declined: t`Refused`,
    sent: t`Sent to the pharmacy`,
    done: t`Done`,
    withdrawn: t`Withdrawn`,
  }
}

/** In the list of what happened. */
export function useRefillSteps(): Readonly<Record<RefillState, string>> {
  const { t } = useLingui()
  return {
    requested: t`Said by the client`,
    'more-information': t`Asked back`,
    approved: t`Approved`,
    declined: t`Refused`,
    sent: t`Sent to the pharmacy`,
    done: t`Done`,
    withdrawn: t`Withdrawn`,
  }
}

export function useRefillDecisions(): Readonly<Record<RefillDecision, string>> {
  const { t } = useLingui()
  return {
    approve: t`Approve`,
    decline: t`Refuse`,
    ask: t`Ask the client`,
    send: t`It is sent to the pharmacy`,
    complete: t`The client has it`,
  }
}
