/**
 * The states of payments, sessions, cards and refunds as Stripe's API has them, and the messages that each change sends;
 * what the API and the pages of the demo's payment service both act on.
 */
import { randomBytes } from 'node:crypto'
import type { Fate } from './cards.ts'
import { chargeShape, disputeShape, eventShape, intentShape, methodShape, sessionShape } from './shapes.ts'
import type { Dispute, Intent, Memory, Session } from './state.ts'

export interface DemoDeps {
  readonly memory: Memory
  /** ms */
  readonly now: () => number
  /** Where browsers find the pages. */
  readonly pages: () => string
  readonly tell: (event: { readonly id: string; readonly type: string; readonly object: unknown }) => void
}

export function createDemoCore({ memory, now, pages, tell }: DemoDeps) {
  const { state } = memory
  const seconds = () => Math.floor(now() / 1000)
  const newId = (prefix: string) => `${prefix}_demo${randomBytes(12).toString('hex')}`

  const chargeOf = (id: string, intent: Intent) => {
    const card = intent.method === null ? undefined : state.methods[intent.method]?.card
    return intent.charge === null || card === undefined ? null : chargeShape(intent.charge, id, intent, card)
  }
  const shownMethod = (id: string | null) => {
    const method = id === null ? undefined : state.methods[id]
    return id === null || method === undefined ? null : methodShape(id, method)
  }
  const shownIntent = (id: string, expanded = false) => {
    const intent = state.intents[id] as Intent
    return intentShape(id, intent, {
      charge: expanded ? chargeOf(id, intent) : intent.charge,
      bankUrl: `${pages()}/demo/bank/${id}`,
      method: shownMethod(intent.method),
    })
  }
  const shownSession = (id: string, expanded = false) => {
    const session = state.sessions[id] as Session
    return sessionShape(id, session, {
      intent: expanded && session.intent !== null ? shownIntent(session.intent, true) : session.intent,
      url: `${pages()}/demo/checkout/${id}`,
    })
  }
  const send = (type: string, object: unknown) => {
    const id = newId('evt')
    tell({ id, type, object: eventShape(id, type, object, seconds()) })
  }
  const changed = () => memory.save()

  const take = (id: string) => {
    const intent = state.intents[id] as Intent
    Object.assign(intent, { status: 'succeeded', charge: newId('ch'), failure: null })
    send('charge.succeeded', chargeOf(id, intent))
    send('payment_intent.succeeded', shownIntent(id))
    for (const [sessionId, session] of Object.entries(state.sessions))
      if (session.intent === id && session.status === 'open') {
        session.status = 'complete'
        send('checkout.session.completed', shownSession(sessionId))
      }
    changed()
  }
  const fail = (id: string, failure: string) => {
    Object.assign(state.intents[id] as Intent, { status: 'requires_payment_method', failure })
    send('payment_intent.payment_failed', shownIntent(id))
    changed()
  }
  /** The payer tells their bank that they do not agree. */
  const dispute = (intentId: string, status: Dispute['status']): string => {
    const { amount, currency, charge } = state.intents[intentId] as Intent
    const id = newId('du')
    const made = { created: seconds(), amount, currency, intent: intentId, charge: charge ?? '', status }
    state.disputes[id] = made
    send('charge.dispute.created', disputeShape(id, made))
    changed()
    return id
  }
  /** What the card does. */
  const attempt = (id: string, fate: Fate) => {
    if (fate === 'pays') return take(id)
    if (fate === 'disputed') {
      take(id)
      dispute(id, 'needs_response')
      return
    }
    if (fate !== 'asks_bank') return fail(id, fate)
    Object.assign(state.intents[id] as Intent, { status: 'requires_action' })
    send('payment_intent.requires_action', shownIntent(id))
    changed()
  }
  const lapse = (id: string, session: Session) => {
    if (session.status !== 'open' || session.expires > seconds()) return
    session.status = 'expired'
    send('checkout.session.expired', shownSession(id))
    changed()
  }

  const keep = (id: string, method: string, fate: Fate): { url: string } | { trouble: Fate } => {
    const session = state.sessions[id] as Session
    if (fate === 'declined') {
      delete state.methods[method]
      return { trouble: fate }
    }
    Object.assign(session, { status: 'complete', setup: newId('seti') })
    send('payment_method.attached', shownMethod(method))
    send('checkout.session.completed', shownSession(id))
    changed()
    return { url: session.successUrl }
  }

  return {
    state,
    seconds,
    newId,
    pages,
    chargeOf,
    shownMethod,
    shownIntent,
    shownSession,
    send,
    changed,
    take,
    fail,
    attempt,
    lapse,
    keep,
    dispute,
  }
}
export type DemoCore = ReturnType<typeof createDemoCore>
