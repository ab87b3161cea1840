import { expect, it } from 'vitest'
import { sizeOf } from './file-size.ts'

it('says how large a file is in the measure of the limits', () => {
  expect(sizeOf('en', 20 * 1024 * 1024)).toBe('20 MB')
  expect(sizeOf('es', 1.5 * 1024 * 1024)).toBe('1,5 MB')
  expect([1, 48 * 1024, 1024 * 1024 - 1].map((bytes) => sizeOf('en', bytes))).toEqual([
    '1 kB',
    '48 kB',
    '1 MB',
  ])
})
