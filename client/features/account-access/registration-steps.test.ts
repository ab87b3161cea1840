import fc from 'fast-check'
import { expect, it } from 'vitest'
import { awaitedCode, placeOf, type RegistrationStep, stepOf } from './registration-steps.ts'

const code = awaitedCode({ id: '0b6f8d1e-6c7c-4a57-9f0e-2f8a2c4d5e6f', expiresIn: 900 }, 1_000)
const nothing = { isProven: false, hasSignIn: false, isDone: false }

it('goes where the history says, as far as there is something to go on with', () => {
  expect(stepOf(undefined, nothing)).toBe('find')
  expect(stepOf({ step: 'code', code }, nothing)).toBe('code')
  expect(stepOf({ step: 'sign-in' }, { ...nothing, isProven: true })).toBe('sign-in')
  expect(stepOf({ step: 'terms' }, { ...nothing, isProven: true, hasSignIn: true })).toBe('terms')
  expect(stepOf({ step: 'verify', code }, { ...nothing, isProven: true, hasSignIn: true })).toBe('verify')
})

it('begins again after a reload, but for a code that is on its way', () => {
  for (const step of ['sign-in', 'terms', 'verify'] as const)
    expect(stepOf({ step, code }, nothing), step).toBe('find')
  expect(stepOf({ step: 'code', code }, nothing)).toBe('code')
  expect(stepOf({ step: 'code' }, nothing)).toBe('find')
})

it('shows no step whose question was never answered, and nothing else once there is an account', () => {
  const steps: RegistrationStep[] = ['find', 'code', 'sign-in', 'terms', 'verify', 'done']
  const reached = fc.record({ isProven: fc.boolean(), hasSignIn: fc.boolean(), isDone: fc.boolean() })
  fc.assert(
    fc.property(fc.constantFrom(...steps), fc.boolean(), reached, (step, hasCode, state) => {
      const shown = stepOf(hasCode ? { step, code } : { step }, state)
      expect(shown === 'done').toBe(state.isDone)
      if (state.isDone) return
      if (!state.isProven) expect(['find', 'code']).toContain(shown)
      if (!state.hasSignIn) expect(['terms', 'verify']).not.toContain(shown)
      if (shown === 'code' || shown === 'verify') expect(hasCode).toBe(true)
    }),
  )
})

it('counts the steps; an invitation saves one', () => {
  expect(placeOf('sign-in', false)).toEqual({ at: 3, of: 4 })
  expect(placeOf('sign-in', true)).toEqual({ at: 2, of: 3 })
  expect(placeOf('verify', false)).toBeNull()
  expect(code.goodUntil).toBe(901_000)
})
