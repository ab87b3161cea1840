/** What follows a sign-in that is not over yet. */
import type { SignInAnswer } from '../../replica/portal-session.ts'

export type Stage = Extract<
  SignInAnswer,
  { reason: 'one_more_factor' } | { reason: 'set_up_needed' | 'password_needed' }
>

/** Null: somebody is in, or nobody gets further this way. */
export const stageOf = (answer: SignInAnswer): Stage | null =>
  !answer.ok && ('step' in answer || 'person' in answer) ? answer : null
