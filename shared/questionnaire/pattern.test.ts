import { describe, expect, it } from 'vitest'
import { compilePattern, matches } from './pattern.ts'

describe('patterns of a form', () => {
  it.each([
    ['(a+)+b', 'a repetition inside a repetition'],
    ['(a|aa)*b', 'a repetition inside a repetition'],
    ['((a?)){2,}', 'a repetition inside a repetition'],
    ['(a?){24}a{24}', 'too many optional parts or alternatives'],
    ['((a?){5}){5}a{25}', 'too many optional parts or alternatives'],
    ['(a|aa){30}b', 'too many optional parts or alternatives'],
    ['(a|a){25}b', 'too many optional parts or alternatives'],
    ['(?:\\p{L}|\\p{Lu}){25}b', 'too many optional parts or alternatives'],
    [`${'a?'.repeat(30)}a{30}`, 'too many optional parts or alternatives'],
    ['(a|a)'.repeat(30), 'too many optional parts or alternatives'],
    ['(a+){4}b', 'too many optional parts or alternatives'],
    ['((((){1000}){1000}){1000})', 'too many counted parts'],
    ['a*a*a*a*b', 'more than three open repetitions'],
    ['(a)\\1', 'a back-reference'],
    ['(?=a)a', 'look-around or a named group'],
    ['(a', 'not a regular expression'],
    ['a))', 'not a regular expression'],
  ])('refuses %s', (source, reason) => {
    expect(compilePattern(source)).toBe(reason)
  })

  it.each([
    ['[0-9]{5}(?:-[0-9]{4})?', '12345-6789', '12345-'],
    ['[+]?[0-9(][0-9 ().-]{6,18}', '+1 (555) 010-2030', '12'],
    ['(\\+?1[-. ]?)?\\(?\\d{3}\\)?[-. ]?\\d{3}[-. ]?\\d{4}', '+1 (555) 010-2030', '555-010'],
    ['[^@\\s]+@[^@\\s]+\\.[^@\\s]+', 'a@demo.test', 'a@demo'],
    ['(?:[0-9a-f]{2}:){5}[0-9a-f]{2}', '00:1b:44:11:3a:b7', '00:1b'],
    ['\\p{Lu}\\p{L}+?(?: \\p{L}+)?', 'Ada Lovelace', 'ada'],
    ['(?:yes|no|not sure)', 'not sure', 'perhaps'],
  ])('takes %s', (source, good, bad) => {
    const pattern = compilePattern(source)
    if (typeof pattern === 'string') throw new Error(pattern)
    expect([matches(pattern, good), matches(pattern, bad)]).toEqual([true, false])
  })

  it('matches no text that is too long', () => {
    expect(matches(/a*/, 'a'.repeat(501))).toBe(false)
  })
})
