/** Every numbered rule of a SPEC.md is cited by the title of some test: a rule that nothing checks is only a wish. */
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const SPECS = ['shared/crypto/SPEC.md', 'shared/merge/SPEC.md', 'shared/protocol/SPEC.md']

/** The first text of it, test or describe (tables included): where a rule id counts as cited. */
const TITLE = /\b(?:it|test|describe)(?:\.\w+)*(?:\([^'"`]*?\))?\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/gs

const titles = globSync('{shared,client,sync-server,tests,prisma}/**/*.{test,spec}.{ts,tsx}', { cwd: root })
  .map((file) => readFileSync(`${root}/${file}`, 'utf8'))
  .flatMap((source) => [...source.matchAll(TITLE)].map((match) => match[2] ?? ''))
const cited = new Set(titles.flatMap((title) => [...title.matchAll(/\[([A-Z]\d+)\]/g)].map((match) => match[1])))

describe.each(SPECS)('%s', (file) => {
  const rules = [...readFileSync(`${root}/${file}`, 'utf8').matchAll(/^- \*\*\[([A-Z]\d+)\]\*\*/gm)].map(
    (match) => match[1] ?? '',
  )

  it('numbers its rules from 1 without gaps', () => {
    const letter = rules[0]?.[0] ?? ''
    expect(rules).toEqual(rules.map((_, index) => `${letter}${index + 1}`))
    expect(rules.length).toBeGreaterThan(5)
  })

  it('has a test for every rule', () => {
    expect(rules.filter((rule) => !cited.has(rule))).toEqual([])
  })
})
