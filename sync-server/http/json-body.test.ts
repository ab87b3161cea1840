import { expect, it } from 'vitest'
import { jsonDepth } from './json-body.ts'

const depth = (text: string) => jsonDepth(Buffer.from(text))

it('counts the deepest nesting of arrays and objects', () => {
  expect(depth('1')).toBe(0)
  expect(depth('{"a":[{"b":[]}],"c":{}}')).toBe(4)
  expect(depth('['.repeat(49_000))).toBe(49_000)
})

it('does not count brackets inside strings, escaped quotes included', () => {
  expect(depth(String.raw`{"a":"[[[{{{ \" [[[ \\"}`)).toBe(1)
  expect(depth('{"é[":"]"}')).toBe(1)
})
