/** Nothing of ASVS is said to be tested without a test, and no test cites what is not there. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { asvsPage, PAGE, readCitations, requirements, STATUSES, verdicts } from './asvs.ts'

const citations = readCitations()
const cited = new Set(citations.map(({ id }) => id))

it('has one verdict for every requirement of levels 1 and 2, and none for what is no requirement', () => {
  const known = new Set(requirements.map(({ id }) => id))
  expect(requirements).toHaveLength(345)
  expect(verdicts.map(({ id }) => id).filter((id) => !known.has(id))).toEqual([])
  expect(verdicts.length).toBe(new Set(verdicts.map(({ id }) => id)).size)
  const said = new Set(verdicts.map(({ id }) => id))
  const missing = requirements.filter(({ id, level }) => level !== '3' && !said.has(id))
  expect(missing.map(({ id }) => id)).toEqual([])
})

it('says why, wherever no test does', () => {
  for (const { id, status, note } of verdicts) {
    expect(STATUSES, id).toContain(status)
    if (status !== 'tested') expect(note.length, id).toBeGreaterThan(7)
  }
})

it('has a test for what is said to be tested, and a verdict for what a test cites', () => {
  const tested = new Set(verdicts.filter(({ status }) => status === 'tested').map(({ id }) => id))
  expect([...tested].filter((id) => !cited.has(id))).toEqual([])
  const unfounded = citations.filter(({ id }) => !tested.has(id))
  expect(unfounded.map(({ id, file }) => `${id} in ${file}`)).toEqual([])
})

it('is on the page as it is (npm run asvs)', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(asvsPage(citations))
})
