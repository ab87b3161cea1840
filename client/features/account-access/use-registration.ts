/** What is known while somebody sets up an account, and going from step to step by the browser's history. */
import { useLocation, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { type DateParts, NO_DATE } from '../../ui/date-parts.ts'
import type { Proven } from './account-calls.ts'
import { type AwaitedCode, type HistoryEntry, type RegistrationStep, stepOf } from './registration-steps.ts'
import { isEmail, problemOf } from './typed-values.ts'

declare module '@tanstack/react-router' {
  interface HistoryState {
    registration?: HistoryEntry
  }
}

/** What is typed, kept through every step and every failed request. */
export interface Typed {
  readonly born: DateParts
  readonly by: 'ssn4' | 'mrn'
  readonly ssn4: string
  readonly mrn: string
  readonly code: string
  readonly email: string
  readonly password: string
  readonly accepts: boolean
}
const NOTHING: Typed = {
  born: NO_DATE,
  by: 'ssn4',
  ssn4: '',
  mrn: '',
  code: '',
  email: '',
  password: '',
  accepts: false,
}

export function useRegistration() {
  const navigate = useNavigate()
  const entry = useLocation({ select: ({ state }) => state.registration })
  const [typed, setTyped] = useState(NOTHING)
  const [proven, setProven] = useState<Proven | null>(null)
  const [isDone, setDone] = useState(false)
  const about = aboutPerson(proven, typed.email)
  const hasSignIn = isEmail(typed.email) && problemOf(typed.password, about) === null
  const step = stepOf(entry, { isProven: proven !== null, hasSignIn, isDone })
  return {
    step,
    typed,
    proven,
    about,
    awaited: entry?.code,
    type: (more: Partial<Typed>) => setTyped((before) => ({ ...before, ...more })),
    /** `instead`: the step before is used up, so that Back does not lead there. */
    go(next: RegistrationStep, { code, instead = false }: { code?: AwaitedCode; instead?: boolean } = {}) {
      const registration = code === undefined ? { step: next } : { step: next, code }
      return navigate({ to: '/register', state: { registration }, replace: instead })
    },
    prove(by: Proven) {
      setProven(by)
      setTyped((before) => ({ ...before, code: '', email: before.email || (by.email ?? '') }))
    },
    /** Nothing that was typed stays in memory. */
    finish() {
      setDone(true)
      setTyped((before) => ({ ...NOTHING, email: before.email }))
    },
  }
}
export type Registration = ReturnType<typeof useRegistration>

export const aboutPerson = (proven: Proven | null, email: string): readonly string[] => [
  ...(proven === null ? [] : [proven.name, proven.practiceName]),
  email,
]
