/**
 * Which protocols a server understands: the newest and the two before it. The messages inside are always the newest;
 * an older device's are led up to them one version at a time, and the answers down again, so that every change of the
 * protocol is written once, as the step from the version before it. SPEC: shared/protocol/SPEC.md, P5 and P28.
 */
import { PROTOCOL } from './terms.ts'

export type Question = 'hello' | 'push' | 'pull'
export type Notice = 'changes' | 'revoke' | 'wipe'

/** From one version's messages to the next one's, and back. What comes from a device is not checked yet. */
export interface Step {
  question(event: Question, message: unknown): unknown
  /** `answer`: of what was asked for; refusals are the same in all versions. */
  answer(event: Question, answer: unknown): unknown
  notice(event: Notice, message: unknown): unknown
}

export interface Version {
  readonly protocol: number
  /** How its messages are written on a socket: as JSON, or compact and packed. */
  readonly writing: 'json' | 'packed'
  /** To the next version; null in the newest. */
  readonly step: Step | null
}

/** Older than any that says its number at the handshake. */
export const UNSAID_PROTOCOL = 1

const SAME: Step = {
  question: (_, message) => message,
  answer: (_, answer) => answer,
  notice: (_, message) => message,
}

/** Oldest first, without gaps. Protocol 2 says the same as 1 in fewer bytes. */
export const VERSIONS: readonly Version[] = [
  { protocol: 1, writing: 'json', step: SAME },
  { protocol: PROTOCOL, writing: 'packed', step: null },
]

const BEFORE_THE_NEWEST = 2

export interface Speech extends Step {
  readonly protocol: number
  readonly writing: Version['writing']
}

/** What is understood, newest first: at most three versions, however many are known. */
export function speeches(versions: readonly Version[] = VERSIONS): readonly Speech[] {
  const window = versions.slice(-1 - BEFORE_THE_NEWEST)
  return window
    .map(({ protocol, writing }, index): Speech => {
      const up = window.slice(index).flatMap(({ step }) => (step === null ? [] : [step]))
      const down = up.toReversed()
      return {
        protocol,
        writing,
        question: (event, message) => up.reduce((led, step) => step.question(event, led), message),
        answer: (event, answer) => down.reduce((led, step) => step.answer(event, led), answer),
        notice: (event, message) => down.reduce((led, step) => step.notice(event, led), message),
      }
    })
    .toReversed()
}
