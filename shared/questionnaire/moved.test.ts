import fc from 'fast-check'
import { expect, it } from 'vitest'
import { movedAmong } from './moved.ts'

it.each([
  ['abcd', 'abcd', ''],
  ['abcd', 'dabc', 'd'],
  ['abcd', 'bcda', 'a'],
  ['abc', 'xaybzc', ''],
  ['abcd', 'db', 'd'],
  ['', 'ab', ''],
])('from %s to %s these moved: %s', (before, after, moved) => {
  expect([...movedAmong([...before], [...after])].join('')).toBe(moved)
})

it('leaves the others in their order, whatever was moved', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  fc.assert(
    fc.property(fc.shuffledSubarray(names), fc.shuffledSubarray(names), (before, after) => {
      const moved = movedAmong(before, after)
      const rest = (list: readonly string[], other: readonly string[]) =>
        list.filter((name) => other.includes(name) && !moved.has(name))
      expect(rest(after, before)).toEqual(rest(before, after))
    }),
  )
})
