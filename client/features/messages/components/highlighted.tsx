import { partsOf } from '../excerpt.ts'

/** A text in which the words that were searched are marked. */
export const Highlighted = ({ text, words }: { text: string; words: string }) =>
  partsOf(text, words).map(({ at, hit, text: part }) =>
    hit ? <mark key={at}>{part}</mark> : <span key={at}>{part}</span>,
  )
