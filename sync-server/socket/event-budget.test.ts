import { expect, it } from 'vitest'
import { createBudget } from './event-budget.ts'

it('lets a burst through, then only what time gives back', () => {
  let now = 0
  const budget = createBudget({ now: () => now })
  let taken = 0
  while (budget.take()) taken++
  expect(taken).toBe(200)
  now = 1_000
  for (let i = 0; i < 200; i++) expect(budget.take()).toBe(true)
  expect(budget.take()).toBe(false)
})
