/**
 * A protocol before the first one that there was, so that a server has two behind the newest to serve (P28): it calls
 * the client a patient, and counts from the other end. And one before that, which is too old.
 */
import {
  type Notice,
  type Question,
  type Step,
  VERSIONS,
  type Version,
} from '../../shared/protocol/versions.ts'

const renamed = (message: unknown, from: string, to: string): unknown => {
  const { [from]: value, ...rest } = message as { [name: string]: unknown }
  return value === undefined ? message : { ...rest, [to]: value }
}

const ZERO_TO_ONE: Step = {
  question: (event, message) => {
    const led = renamed(message, 'patient', 'client')
    return event === 'hello' ? { ...(led as object), p: 1 } : led
  },
  answer: (event, answer) => (event === 'hello' ? renamed(answer, 'last', 'newest') : answer),
  notice: (_, message) => renamed(message, 'client', 'patient'),
}
const nothing: Step = { question: (_, m) => m, answer: (_, a) => a, notice: (_, m) => m }

export const KNOWN_VERSIONS: readonly Version[] = [
  { protocol: -1, writing: 'json', step: nothing },
  { protocol: 0, writing: 'json', step: ZERO_TO_ONE },
  ...VERSIONS,
]
/** Two behind the newest. */
export const OLDEST_SPOKEN = 0

/** How a device of that protocol says what the newest app says, and understands what it is told. */
export const spokenBy = (protocol: number) =>
  protocol > OLDEST_SPOKEN
    ? {
        question: (_: Question, m: unknown) => m,
        answer: (_: Question, a: unknown) => a,
        notice: (_: Notice, m: unknown) => m,
      }
    : {
        question: (_: Question, message: unknown) => renamed(message, 'client', 'patient'),
        answer: (event: Question, answer: unknown) =>
          event === 'hello' ? renamed(answer, 'newest', 'last') : answer,
        notice: (_: Notice, message: unknown) => renamed(message, 'patient', 'client'),
      }
