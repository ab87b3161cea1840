/**
 * Is a password one that is tried first? The list ships with the server (zxcvbn-ts, MIT: 49,233 passwords of real
 * breaches, most common first, 0.4 MB): nothing is asked of anybody. Beside the list itself it catches what people do
 * to get past one: other case, digits at the end, letters as digits, the same again, keys in a row, two such words
 * in one. One pass over the text, whatever it is: a long password costs no more than a short one.
 */
import { dictionary } from '@zxcvbn-ts/language-common'
import { PASSWORD_LENGTH } from '../../../shared/domains/accounts/password-rules.ts'

const ROWS = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'azertyuiop',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  'qazwsxedcrfvtgbyhnujm',
]
const RUNS = [...ROWS, ...ROWS.map((row) => [...row].reverse().join(''))]
const SHORTEST_RUN = 4
/** What is left beside keys in a row, or around a word of the list, must be more than this. */
const LITTLE = 4
const VERY_COMMON = 2_000
const MOST_COMMON = 10_000
const LETTER_FOR: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  8: 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
}

export interface CommonPasswords {
  has(password: string): boolean
}

export function createCommonPasswords(list: readonly string[] = dictionary['passwords-common']) {
  const rank = new Map(list.map((password, index) => [password, index + 1]))
  const listed = (text: string, upTo = list.length) => {
    const found = rank.get(text)
    return found !== undefined && found <= upTo
  }

  const aroundWord = (text: string): boolean => {
    const [, before = '', core = '', after = ''] = /^([^\p{L}]*)(.*?)([^\p{L}]*)$/su.exec(text) ?? []
    const around = before.length + after.length
    return (around <= LITTLE && listed(core)) || (around <= LITTLE + 2 && listed(core, VERY_COMMON))
  }
  const twoWords = (text: string): boolean => {
    for (let at = 3; at <= text.length - 3; at++)
      if (listed(text.slice(0, at), MOST_COMMON) && listed(text.slice(at), MOST_COMMON)) return true
    return false
  }
  const forms = (text: string) => [text, [...text].map((letter) => LETTER_FOR[letter] ?? letter).join('')]

  const has = (password: string): boolean => {
    const text = password.normalize('NFKC').toLowerCase()
    const joined = text.replace(/[\s._-]+/g, '')
    if ([...new Set(joined)].length < 5) return true
    if (leftBesideRuns(joined) <= LITTLE) return true
    const unit = repeatedUnit(joined)
    // A text that repeats is no longer than what it repeats.
    if (unit !== undefined && unit.length < PASSWORD_LENGTH.min) return true
    return [text, joined].some((whole) =>
      forms(whole).some((form) => listed(form) || aroundWord(form) || (whole === text && twoWords(form))),
    )
  }
  return { has } satisfies CommonPasswords
}

/** How many characters are not part of keys in a row. */
function leftBesideRuns(text: string): number {
  let left = 0
  for (let at = 0; at < text.length; ) {
    let longest = 0
    for (const run of RUNS) {
      let length = SHORTEST_RUN
      while (at + length <= text.length && run.includes(text.slice(at, at + length))) longest = length++
    }
    if (longest === 0) left++
    at += Math.max(1, longest)
  }
  return left
}

/** `abc` of `abcabcab`: what the whole is made of, at least twice. */
function repeatedUnit(text: string): string | undefined {
  for (let length = 1; length <= text.length / 2; length++) {
    const unit = text.slice(0, length)
    if (unit.repeat(Math.ceil(text.length / length)).startsWith(text)) return unit
  }
  return undefined
}
