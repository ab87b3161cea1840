/** The part of a text to show for words that were searched. Pure. */
import { folded } from '../../../shared/domains/messages/threads.ts'

/** Letters before it: few, so that it is in sight on a phone, behind the name of who wrote it. */
const BEFORE = 24
const LONGEST = 160

/** Begins a little before the first word that was found. */
export function excerptAround(text: string, words: string): string {
  const [first = ''] = folded(words).split(/\s+/).filter(Boolean)
  const at = Math.max(0, placeIn(text, first) - BEFORE)
  const start = at === 0 ? 0 : text.indexOf(' ', at) + 1
  const cut = text.slice(start, start + LONGEST)
  return `${start > 0 ? '… ' : ''}${cut}${start + LONGEST < text.length ? ' …' : ''}`
}

export interface Part {
  /** Where it begins, in letters. */
  readonly at: number
  readonly text: string
  readonly hit: boolean
}

/** Parts of `text`; `hit` where one of the words stands, whatever its case and accents. */
export function partsOf(text: string, words: string): readonly Part[] {
  const wanted = folded(words).split(/\s+/).filter(Boolean)
  const letters = [...text]
  const plain = letters.map(folded)
  const parts: { at: number; text: string; hit: boolean }[] = []
  const add = (at: number, piece: string, hit: boolean) => {
    const last = parts.at(-1)
    if (last?.hit === hit) last.text += piece
    else parts.push({ at, text: piece, hit })
  }
  for (let at = 0; at < letters.length; ) {
    const length = Math.max(0, ...wanted.map((word) => lengthAt(plain, at, word)))
    const taken = Math.max(1, length)
    add(at, letters.slice(at, at + taken).join(''), length > 0)
    at += taken
  }
  return parts
}

/** How many letters from `at` on make up `word`; 0 where they do not. */
function lengthAt(plain: readonly string[], at: number, word: string): number {
  let rest = word
  for (let end = at; end < plain.length; end += 1) {
    const letter = plain[end] ?? ''
    if (!rest.startsWith(letter)) return 0
    rest = rest.slice(letter.length)
    if (rest === '') return end - at + 1
  }
  return 0
}

function placeIn(text: string, word: string): number {
  if (word === '') return 0
  let at = 0
  for (const { text: piece, hit } of partsOf(text, word)) {
    if (hit) return at
    at += piece.length
  }
  return 0
}
