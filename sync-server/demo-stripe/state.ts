/**
 * What the demo's payment service remembers: in a file below the data directory, so that a payment outlives a restart, or
 * in memory only. Written whole, to the side, and moved into place.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { LANGUAGES } from '../../shared/domains/profile/preferences.ts'

const Card = z.object({
  brand: z.string(),
  last4: z.string(),
  month: z.number(),
  year: z.number(),
  number: z.string(),
})
export type Card = z.infer<typeof Card>
const Metadata = z.record(z.string(), z.string())

/** What went back of a payment, or is to. */
const GoneBack = z.object({
  created: z.number(),
  amount: z.number(),
  currency: z.string(),
  intent: z.string(),
  charge: z.string(),
})

const State = z.object({
  customers: z.record(z.string(), z.object({ created: z.number(), metadata: Metadata })),
  methods: z.record(
    z.string(),
    z.object({ created: z.number(), customer: z.string().nullable(), card: Card }),
  ),
  intents: z.record(
    z.string(),
    z.object({
      created: z.number(),
      amount: z.number(),
      currency: z.string(),
      customer: z.string().nullable(),
      method: z.string().nullable(),
      status: z.enum([
        'requires_payment_method',
        'requires_confirmation',
        'requires_action',
        'processing',
        'succeeded',
        'canceled',
      ]),
      failure: z.string().nullable(),
      charge: z.string().nullable(),
      returnUrl: z.string().nullable(),
      metadata: Metadata,
    }),
  ),
  sessions: z.record(
    z.string(),
    z.object({
      created: z.number(),
      mode: z.enum(['payment', 'setup']),
      customer: z.string().nullable(),
      status: z.enum(['open', 'complete', 'expired']),
      intent: z.string().nullable(),
      setup: z.string().nullable(),
      amount: z.number().nullable(),
      currency: z.string().nullable(),
      title: z.string(),
      /** What the page speaks; null: what the browser asks for. */
      locale: z.enum(LANGUAGES).nullable().default(null),
      successUrl: z.string(),
      cancelUrl: z.string(),
      expires: z.number(),
      save: z.boolean(),
      metadata: Metadata,
      intentMetadata: Metadata,
    }),
  ),
  refunds: z.record(
    z.string(),
    GoneBack.extend({ status: z.enum(['succeeded', 'failed', 'pending']), metadata: Metadata }),
  ),
  disputes: z
    .record(
      z.string(),
      GoneBack.extend({
        status: z.enum(['warning_needs_response', 'warning_closed', 'needs_response', 'won', 'lost']),
      }),
    )
    .default({}),
  /** Answers that were given under a key: the body they were for, and what was said. */
  answers: z.record(z.string(), z.object({ request: z.string(), status: z.number(), body: z.unknown() })),
})
export type State = z.infer<typeof State>
export type Intent = State['intents'][string]
export type Dispute = State['disputes'][string]
export type Session = State['sessions'][string]

export interface Memory {
  readonly state: State
  save(): void
}

const EMPTY: State = {
  customers: {},
  methods: {},
  intents: {},
  sessions: {},
  refunds: {},
  disputes: {},
  answers: {},
}

/** `file` undefined: in memory. One that cannot be read is begun anew: no real money is in it. */
export function openMemory(file: string | undefined): Memory {
  const state = withoutPrototypes(read(file) ?? EMPTY)
  return {
    state,
    save() {
      if (file === undefined) return
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 })
      renameSync(`${file}.new`, file)
    },
  }
}

/** What is asked for by an id is never something that every object has. */
const withoutPrototypes = (state: State): State =>
  Object.fromEntries(
    Object.entries(state).map(([name, entries]) => [name, Object.assign(Object.create(null), entries)]),
  ) as unknown as State

function read(file: string | undefined): State | undefined {
  if (file === undefined) return undefined
  try {
    return State.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}
