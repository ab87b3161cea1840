import { expect, it } from 'vitest'
import { parsePosition, positionText } from './list-position.ts'

const id = '0b5dd7a2-6a1f-4a51-9d5e-0c3c5e1f7a10'

it('reads back what it wrote', () => {
  for (const at of [0, 1, Date.now(), 9_999_999_999_999])
    expect(parsePosition(positionText({ at, id }))).toEqual({ at, id })
})

it('reads nothing that the database could not take', () => {
  for (const cursor of [
    '',
    '_',
    `1_${'-'.repeat(36)}`,
    `1_${id.toUpperCase()}`,
    `1_${id.replaceAll('-', '0')}`,
    `99999999999999_${id}`,
    `-1_${id}`,
    `1.5_${id}`,
    `1_${id}\n`,
    ` 1_${id}`,
    `1_${id}_`,
  ])
    expect(parsePosition(cursor), cursor).toBeUndefined()
})
