import { expect, it } from 'vitest'
import { z } from 'zod'
import { derivedId } from './derived-id.ts'

it('derives the same UUID from the same source, and another from any other', () => {
  const id = derivedId('amendment', 'a')
  expect(z.uuid().safeParse(id).success).toBe(true)
  expect(derivedId('amendment', 'a')).toBe(id)
  expect(derivedId('amendment', 'b')).not.toBe(id)
  expect(derivedId('amendmen', 'ta')).not.toBe(id)
})
