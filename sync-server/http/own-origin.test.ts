import { expect, it } from 'vitest'
import { createIsOwnOrigin } from './own-origin.ts'

it('knows its own pages by the published origin', () => {
  const isOwn = createIsOwnOrigin('https://portal.example.org')
  expect(isOwn({ origin: 'https://portal.example.org', host: 'internal:4000' })).toBe(true)
  expect(isOwn({ origin: 'https://evil.example.org', host: 'evil.example.org' })).toBe(false)
  expect(isOwn({ host: 'internal:4000' })).toBe(true)
})

it('in development knows them by the address that was asked', () => {
  const isOwn = createIsOwnOrigin(undefined)
  expect(isOwn({ origin: 'http://localhost:4000', host: 'localhost:4000' })).toBe(true)
  expect(isOwn({ origin: 'http://localhost:5000', host: 'localhost:4000' })).toBe(false)
  expect(isOwn({ origin: 'null', host: 'localhost:4000' })).toBe(false)
})

it('believes the browser when it says that another site asks', () => {
  const isOwn = createIsOwnOrigin(undefined)
  expect(isOwn({ 'sec-fetch-site': 'cross-site', host: 'localhost:4000' })).toBe(false)
  expect(isOwn({ 'sec-fetch-site': 'same-origin', host: 'localhost:4000' })).toBe(true)
})
