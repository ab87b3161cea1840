/** What somebody does on the demo's payment page and at its bank. */
import { type Fate, fateOf } from './cards.ts'
import type { DemoCore } from './core.ts'
import { disputeShape, refundShape } from './shapes.ts'
import type { Card, Dispute, Intent, Session } from './state.ts'

export function createDemoPayer(core: DemoCore) {
  const { state, seconds, newId, pages, take, fail, attempt, lapse, keep, send, changed, dispute } = core
  return {
    /** As a bank does that has no such account any more. */
    failRefund(id: string): void {
      const refund = state.refunds[id]
      if (refund === undefined) return
      refund.status = 'failed'
      send('refund.failed', refundShape(id, refund))
      changed()
    },
    dispute,
    /** The bank asks more, or has decided. */
    moveDispute(id: string, status: Dispute['status']): void {
      const found = state.disputes[id]
      if (found === undefined) return
      found.status = status
      const isOver = status !== 'needs_response' && status !== 'warning_needs_response'
      send(`charge.dispute.${isOver ? 'closed' : 'updated'}`, disputeShape(id, found))
      changed()
    },
    /** What the checkout page shows. */
    open(id: string): Session | undefined {
      const session = state.sessions[id]
      if (session !== undefined) lapse(id, session)
      return session
    },
    savedOf: (customer: string | null) =>
      Object.entries(state.methods).filter(([, method]) => customer !== null && method.customer === customer),
    /** Somebody pressed the button of the checkout page. Where they go on, or what the page says. */
    submit(
      id: string,
      { card, methodId, save }: { card?: Card; methodId?: string; save: boolean },
    ): { url: string } | { trouble: Fate } {
      const session = state.sessions[id] as Session
      const method = methodId ?? newId('pm')
      if (card !== undefined)
        state.methods[method] = {
          created: seconds(),
          customer: session.mode === 'setup' || save ? session.customer : null,
          card,
        }
      const fate = fateOf((state.methods[method] as { card: Card }).card)
      if (session.mode === 'setup') return keep(id, method, fate)
      const intentId = session.intent ?? newId('pi')
      session.intent = intentId
      state.intents[intentId] = {
        created: seconds(),
        amount: session.amount ?? 0,
        currency: session.currency ?? 'usd',
        customer: session.customer,
        method,
        status: 'requires_confirmation',
        failure: null,
        charge: null,
        returnUrl: session.successUrl,
        metadata: session.intentMetadata,
      }
      attempt(intentId, fate)
      if (fate === 'pays' || fate === 'disputed') return { url: session.successUrl }
      if (fate === 'asks_bank') return { url: `${pages()}/demo/bank/${intentId}` }
      const used = state.methods[method]
      if (used !== undefined && card !== undefined) used.customer = null
      return { trouble: fate }
    },
    bank: (intentId: string) => state.intents[intentId],
    /** The page on which a payment was begun; undefined: with a saved card, without one. */
    sessionOf: (intentId: string): Session | undefined =>
      Object.values(state.sessions).find(({ intent }) => intent === intentId),
    /** The payer's bank asked whether it was them. Where they go on. */
    answerBank(intentId: string, approved: boolean): string {
      const intent = state.intents[intentId] as Intent
      if (intent.status === 'requires_action') {
        if (approved) take(intentId)
        else fail(intentId, 'authentication')
      }
      const session = Object.entries(state.sessions).find(([, each]) => each.intent === intentId)
      return session && !approved ? `${pages()}/demo/checkout/${session[0]}` : (intent.returnUrl ?? pages())
    },
  }
}
export type DemoPayer = ReturnType<typeof createDemoPayer>
