import { describe, expect, it } from 'vitest'
import { movedCaret } from './moved-caret.ts'

describe('movedCaret', () => {
  it('stays before a change and moves with the text behind it', () => {
    expect(movedCaret('one two', 'one two three', 3)).toBe(3)
    expect(movedCaret('one two', 'zero one two', 7)).toBe(12)
    expect(movedCaret('zero one two', 'one two', 12)).toBe(7)
  })
  it('goes to the end of what replaced the words it was in', () => {
    expect(movedCaret('a bad day', 'a good day', 4)).toBe(5)
  })
})
