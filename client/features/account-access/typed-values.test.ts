import { expect, it } from 'vitest'
import {
  birthDate,
  codeDigits,
  factorOf,
  isCode,
  isEmail,
  isLinkSecret,
  isSsn4,
  problemOf,
} from './typed-values.ts'

it('takes a date of birth as people write it, and none that cannot be one', () => {
  const day = (month: string, day: string, year: string) =>
    birthDate({ month, day, year }, 'en', '2026-11-28')
  expect(day('Aug', '30', '1979')).toBe('1979-08-30')
  expect(day('2', '29', '2024')).toBe('2024-02-29')
  expect(day('2', '29', '2023')).toBeNull()
  expect(day('11', '29', '2026')).toBeNull()
  expect(day('11', '29', '1026')).toBeNull()
  expect(day('', '', '')).toBeNull()
})

it('reads a code with the spaces that people read it out with', () => {
  expect(codeDigits(' 123 456 ')).toBe('123456')
  expect(isCode('123-456')).toBe(true)
  for (const typed of ['12345', '1234567', '12345a', '']) expect(isCode(typed), typed).toBe(false)
})

it('knows what can be an address, four digits and the secret of a link', () => {
  for (const typed of [' jamie@demo.test ', 'a.b+c@sub.example.org']) expect(isEmail(typed), typed).toBe(true)
  for (const typed of ['', 'jamie', 'jamie@demo', 'a b@demo.test']) expect(isEmail(typed), typed).toBe(false)
  expect(isSsn4('0042')).toBe(true)
  for (const typed of ['42', '00421', 'abcd']) expect(isSsn4(typed), typed).toBe(false)
  expect(isLinkSecret(`0b6f8d1e-6c7c-4a57-9f0e-2f8a2c4d5e6f.${'a'.repeat(43)}`)).toBe(true)
  for (const text of ['', 'content', `x.${'a'.repeat(43)}`]) expect(isLinkSecret(text), text).toBe(false)
})

it('[L11] says the same of a password as the server', () => {
  expect(problemOf('three slow herons', ['Jamie Chen', 'jamie@demo.test'])).toBeNull()
  expect(problemOf('short', [])).toBe('too_short')
  expect(problemOf('jamie chen 1979', ['Jamie Chen'])).toBe('about_you')
  expect(problemOf('MentalSpace Portal!', [])).toBe('about_you')
})

it('tells a code of an app from a recovery code, and gives nothing where nothing was typed', () => {
  expect(factorOf(' 123 456 ')).toEqual({ factor: { kind: 'totp', value: '123456' } })
  expect(factorOf('abcd-efgh-jkmn')).toEqual({ factor: { kind: 'recovery-code', value: 'abcd-efgh-jkmn' } })
  expect(factorOf('  ')).toEqual({})
})
