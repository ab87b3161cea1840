import { expect, it } from 'vitest'
import { depthWithin } from './value-depth.ts'

it('measures nesting without recursion', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(49_000)}${']'.repeat(49_000)}`)
  expect(depthWithin(deep, 32)).toBe(false)
  expect(depthWithin([[1]], 2)).toBe(true)
  expect(depthWithin([[1]], 1)).toBe(false)
  expect(depthWithin('text', 0)).toBe(true)
})
