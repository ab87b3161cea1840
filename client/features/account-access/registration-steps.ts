/**
 * The steps of setting up an account, as entries of the browser's history: Back is one step back, and forward only
 * leads where there is something to go on with. What was proved is in the page's memory alone; a reload begins again,
 * except for a code that is on its way: somebody who looks for it in another app may find the page reloaded. Pure.
 */
import type { Pending } from './account-calls.ts'

export type RegistrationStep = 'find' | 'code' | 'sign-in' | 'terms' | 'verify' | 'done'

/** A code that was asked for. Its number opens nothing without the code. */
export interface AwaitedCode {
  readonly id: string
  /** ms */
  readonly goodUntil: number
}

export const awaitedCode = ({ id, expiresIn }: Pending, now: number): AwaitedCode => ({
  id,
  goodUntil: now + expiresIn * 1_000,
})

/** As the history has it. */
export interface HistoryEntry {
  readonly step: RegistrationStep
  readonly code?: AwaitedCode
}

export interface Reached {
  readonly isProven: boolean
  /** Address and password are typed and would do. */
  readonly hasSignIn: boolean
  readonly isDone: boolean
}

/** Where somebody is, given where the history says they are. */
export function stepOf(
  entry: HistoryEntry | undefined,
  { isProven, hasSignIn, isDone }: Reached,
): RegistrationStep {
  if (isDone) return 'done'
  const step = entry?.step ?? 'find'
  if (step === 'code') return entry?.code === undefined ? 'find' : 'code'
  if (step === 'find' || !isProven) return 'find'
  if (step === 'sign-in' || !hasSignIn) return 'sign-in'
  return step === 'verify' && entry?.code !== undefined ? 'verify' : 'terms'
}

const NUMBERED: readonly RegistrationStep[] = ['find', 'code', 'sign-in', 'terms']

/** Which of how many; null where counting says nothing. An invitation saves the code. */
export function placeOf(step: RegistrationStep, isInvited: boolean): { at: number; of: number } | null {
  const steps = NUMBERED.filter((one) => !(isInvited && one === 'code'))
  const at = steps.indexOf(step) + 1
  return at === 0 ? null : { at, of: steps.length }
}
