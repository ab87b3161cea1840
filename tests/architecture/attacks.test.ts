/** The table of attacks names tests that there are. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const DOCS = join(import.meta.dirname, '../../docs/security')
const text = readFileSync(join(DOCS, 'attacks.md'), 'utf8')
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (attacker has|event) \|/.test(line))
/** Titles as they stand in the file, without the rules they cite. */
const titlesIn = (file: string) => readFileSync(join(DOCS, file), 'utf8').replaceAll(/\[[A-Z][\d.]+\] ?/g, '')

it('has a test for every row, or says why there is none', () => {
  expect(rows.length).toBeGreaterThan(14)
  for (const row of rows) expect(row, row).toMatch(/\.(spec|test)\.ts\)|not shown: /)
})

it('names tests by titles that their files have', () => {
  const named = [...text.matchAll(/\[([^\]]+)\]\((\S+\.(?:spec|test)\.ts)\)/g)]
  expect(named.length).toBeGreaterThan(20)
  for (const [, title = '', file = ''] of named) expect(titlesIn(file), file).toContain(title)
})
