import { expect, it } from 'vitest'
import { createToldCommits } from './told-commits.ts'

it('goes on over what was told out of order, and says what is missing until it is told', () => {
  const told = createToldCommits()
  told.read(3)
  told.tell(5)
  told.tell(6)
  expect(told).toMatchObject({ upTo: 3, missing: 4 })
  told.tell(4)
  expect(told).toMatchObject({ upTo: 6, missing: undefined })
  told.tell(2)
  expect(told).toMatchObject({ upTo: 6, missing: undefined })
})

it('misses nothing of what was read', () => {
  const told = createToldCommits()
  told.tell(5)
  told.tell(9)
  told.read(7)
  expect(told).toMatchObject({ upTo: 7, missing: 8 })
  told.read(8)
  told.read(6)
  expect(told).toMatchObject({ upTo: 9, missing: undefined })
})
