import { expect, it } from 'vitest'
import type { AccountAnswer, AccountCall } from '../../replica/portal-session.ts'
import { createAccountCalls, failureOf } from './account-calls.ts'

const problem = (status: number, code: string): AccountAnswer => ({
  status,
  body: { code, detail: 'Words.' },
})

it('tells apart why nothing came back', () => {
  const silent: AccountAnswer = { status: 0, body: null, why: 'silent' }
  expect(failureOf(silent, false)).toEqual({ why: 'offline' })
  expect(failureOf(silent, true)).toEqual({ why: 'unavailable' })
  expect(failureOf({ status: 0, body: null, why: 'captive' }, true)).toEqual({ why: 'captive' })
  expect(failureOf(problem(422, 'wrong_code'), true)).toEqual({ why: 'wrong-code' })
  expect(failureOf(problem(429, 'rate_limited'), true)).toEqual({ why: 'too-often' })
  expect(failureOf(problem(422, 'weak_password'), true)).toEqual({ why: 'weak-password', detail: 'Words.' })
  expect(failureOf(problem(403, 'something_new'), true)).toEqual({ why: 'other', detail: 'Words.' })
  expect(failureOf({ status: 502, body: '<html>' }, true)).toEqual({ why: 'unavailable' })
})

it('believes only what the server promises', async () => {
  const asked: { call: AccountCall; body: unknown }[] = []
  const answering = (answer: AccountAnswer) =>
    createAccountCalls({
      askAccounts: async (input) => {
        asked.push(input)
        return answer
      },
    })
  const id = '0b6f8d1e-6c7c-4a57-9f0e-2f8a2c4d5e6f'
  const found = await answering({ status: 200, body: { id, expiresIn: 900 } }).findRecord({
    dateOfBirth: '1979-08-30',
    ssn4: '4821',
  })
  expect(found).toEqual({ ok: true, value: { id, expiresIn: 900 } })
  expect(asked).toEqual([{ call: 'find-record', body: { dateOfBirth: '1979-08-30', ssn4: '4821' } }])
  for (const body of [null, {}, { id: 'x', expiresIn: 900 }, { id }, '<html>'])
    expect(
      await answering({ status: 200, body }).findRecord({ dateOfBirth: '1979-08-30', mrn: 'x' }),
    ).toEqual({
      ok: false,
      error: { why: 'unavailable' },
    })
  expect(await answering({ status: 204, body: null }).undoEmail('link')).toEqual({ ok: true, value: null })
})
