import fc from 'fast-check'
import { expect, it } from 'vitest'
import { mergeInsertion } from './append-only.ts'
import { mergeMaximum } from './maximum.ts'

it('[M13] positions never go backwards, in whatever order they arrive', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1 }), (positions) => {
      const end = positions.reduce<number | undefined>(
        (current, offered) => mergeMaximum(current, offered),
        undefined,
      )
      expect(end).toBe(Math.max(...positions))
    }),
  )
})

it('[M14] inserts once, recognises a repetition and refuses other content under the same id', () => {
  const fields = ['text', 'sentAt']
  const message = { text: 'Hello', sentAt: 5 }
  expect(mergeInsertion(undefined, message, fields)).toBe('insert')
  expect(mergeInsertion({ ...message, receivedAt: 9 }, message, fields)).toBe('repetition')
  expect(mergeInsertion(message, { ...message, text: 'Bye' }, fields)).toBe('already_exists')
  expect(mergeInsertion(message, { text: 'Hello' }, fields)).toBe('already_exists')
})
