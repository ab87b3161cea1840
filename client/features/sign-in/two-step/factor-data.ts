/** Second factors as the server knows them, checked at the edge; and where they are asked for. */
import * as z from 'zod/mini'
import type { Person, PortalSession } from '../../../replica/portal-session.ts'

// The page's policy allows no code made from text, which zod would try.
z.config({ jitless: true })

const Factors = z.object({
  totp: z.nullable(z.object({ since: z.number() })),
  passkeys: z.array(
    z.object({
      id: z.string(),
      credentialId: z.string(),
      name: z.string(),
      createdAt: z.number(),
      lastUsedAt: z.nullable(z.number()),
    }),
  ),
  recoveryCodes: z.number(),
  required: z.boolean(),
})
const Begun = z.object({ secret: z.string(), uri: z.string() })
const Added = z.object({ recoveryCodes: z.optional(z.array(z.string())) })
const Codes = z.object({ recoveryCodes: z.array(z.string()) })
const Question = z.record(z.string(), z.unknown())
const Problem = z.object({ code: z.string(), detail: z.string() })

export type Factors = z.infer<typeof Factors>
export type Begun = z.infer<typeof Begun>
export type KnownPasskey = Factors['passkeys'][number]

/** `unreachable`: nothing was changed. `cancelled`: the person did not confirm who they are. Else the server's own words. */
export type Failure =
  | { readonly why: 'unreachable' | 'wrong-code' | 'cancelled' | 'begin-again' }
  | { readonly why: 'other'; readonly detail: string }
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure }

const WHY: Readonly<Record<string, Exclude<Failure['why'], 'other'>>> = {
  wrong_factor: 'wrong-code',
  step_up_required: 'cancelled',
  confirmation_needed: 'cancelled',
  session_expired: 'begin-again',
  not_authenticated: 'begin-again',
}

export const authBase = (role: Person['role'] | undefined): string =>
  role === 'clinician' || role === 'front-desk' || role === 'admin'
    ? '/api/v1/staff/auth'
    : '/api/v1/portal/auth'

export function createFactorCalls(session: Pick<PortalSession, 'request'>, role: Person['role'] | undefined) {
  const base = authBase(role)
  const factors = '/factors'
  const ask = async <T>(
    method: string,
    path: string,
    schema: z.ZodMiniType<T>,
    body?: unknown,
  ): Promise<Answer<T>> => {
    const answer = await session.request({ method, path: base + path, ...(body !== undefined && { body }) })
    if (answer.status >= 200 && answer.status < 300) {
      const read = z.safeParse(schema, answer.body)
      return read.success ? { ok: true, value: read.data } : { ok: false, failure: { why: 'unreachable' } }
    }
    const problem = z.safeParse(Problem, answer.body)
    if (answer.status === 0 || answer.status >= 500 || !problem.success)
      return { ok: false, failure: { why: answer.status === 401 ? 'begin-again' : 'unreachable' } }
    const { code, detail } = problem.data
    const why = WHY[code]
    return { ok: false, failure: why === undefined ? { why: 'other', detail } : { why } }
  }
  const nothing = z.unknown()
  return {
    list: () => ask('GET', factors, Factors),
    beginApp: () => ask('POST', `${factors}/totp`, Begun),
    confirmApp: (code: string) => ask('POST', `${factors}/totp/confirm`, Added, { code }),
    removeApp: () => ask('DELETE', `${factors}/totp`, nothing),
    passkeyQuestion: () => ask('POST', `${factors}/passkeys/options`, Question),
    addPasskey: (name: string, answer: string) =>
      ask('POST', `${factors}/passkeys`, Added, { name, answer: JSON.parse(answer) }),
    renamePasskey: (id: string, name: string) => ask('PUT', `${factors}/passkeys/${id}`, nothing, { name }),
    removePasskey: (id: string) => ask('DELETE', `${factors}/passkeys/${id}`, nothing),
    signOutOthers: () => ask('POST', '/devices/sign-out-others', nothing),
    newCodes: () => ask('POST', `${factors}/recovery-codes`, Codes),
  }
}
export type FactorCalls = ReturnType<typeof createFactorCalls>
