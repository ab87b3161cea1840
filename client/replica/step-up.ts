/**
 * What is too sensitive for a session alone is refused with what would be enough. The person is asked, and the very same
 * request is sent again: no screen has to know that this can happen. SPEC: sync-server/modules/auth/factors/SPEC.md, F9.
 */
import { BehaviorSubject, type Observable } from 'rxjs'
import type { PortalSession } from './portal-session.ts'

export interface StepUpNeeded {
  readonly accepts: readonly ('password' | 'totp' | 'passkey' | 'recovery-code')[]
  /** `PublicKeyCredentialRequestOptionsJSON`, where a passkey is accepted. */
  readonly passkey?: Readonly<Record<string, unknown>>
}
/** A question that is on the screen. */
export interface StepUpQuestion {
  readonly needed: StepUpNeeded
  /** True: confirmed. */
  readonly answer: (confirmed: boolean) => void
}
export interface StepUps {
  readonly question$: Observable<StepUpQuestion | null>
  /** The session as the screens use it. */
  readonly session: PortalSession
}

export function withStepUp(session: PortalSession): StepUps {
  const question$ = new BehaviorSubject<StepUpQuestion | null>(null)
  const ask = (needed: StepUpNeeded): Promise<boolean> =>
    new Promise((resolve) => {
      // One at a time: what is asked already is answered with no.
      question$.value?.answer(false)
      const answer = (confirmed: boolean) => {
        question$.next(null)
        resolve(confirmed)
      }
      question$.next({ needed, answer })
    })
  const guarded = async <T extends { readonly status: number; readonly body: unknown }>(
    send: () => Promise<T>,
  ): Promise<T> => {
    const first = await send()
    const needed = first.status === 403 ? stepUpOf(first.body) : null
    return needed !== null && (await ask(needed)) ? send() : first
  }
  return {
    question$,
    session: {
      ...session,
      request: (input) => guarded(() => session.request(input)),
      changePassword: (input) => guarded(() => session.changePassword(input)),
    },
  }
}

/** Null: it was refused for another reason. */
export function stepUpOf(body: unknown): StepUpNeeded | null {
  const needed: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'stepUp') : undefined
  const accepts: unknown =
    typeof needed === 'object' && needed !== null ? Reflect.get(needed, 'accepts') : undefined
  return Array.isArray(accepts) && accepts.length > 0 ? (needed as StepUpNeeded) : null
}
