import { expect, it } from 'vitest'
import { dialled } from './phone-number.ts'

it.each([
  ['+1 (555) 010-0199', '+15550100199'],
  ['207-555-0142', '+12075550142'],
  ['1 207 555 0142', '+12075550142'],
  ['+34 612 345 678', '+34612345678'],
  ['555-0142', undefined],
  ['call the front desk', undefined],
  ['', undefined],
])('[N11] %s is dialled as %s', (written, number) => {
  expect(dialled(written)).toBe(number)
})
