/** Every numbered rule of a SPEC.md is cited by the title of some test: a rule that nothing checks is only a wish. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const SPECS = [
  'shared/crypto/SPEC.md',
  'shared/merge/SPEC.md',
  'shared/protocol/SPEC.md',
  'sync-server/modules/auth/SPEC.md',
  'sync-server/modules/auth/factors/SPEC.md',
  'sync-server/platform/SPEC.md',
  'sync-server/platform/SPEC-jobs.md',
  'sync-server/modules/notifications/SPEC.md',
  'sync-server/modules/auth/SPEC-accounts.md',
  'shared/domains/requests/SPEC.md',
  'sync-server/modules/ehr/SPEC.md',
  'shared/domains/medications/SPEC.md',
  'shared/domains/billing/SPEC.md',
  'sync-server/modules/kiosk/SPEC.md',
]

/** A title cites rules at its very beginning: `it('[M4] [M5] remembers …')`. */
const CITATION = /['"`]((?:\[[A-Z]\d+\]\s*)+)/g

const cited = new Set(
  ['shared', 'client', 'sync-server', 'prisma', 'tests']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
        join(root, folder, file),
      ),
    )
    .filter((file) => /\.(?:test|spec)\.tsx?$/.test(file) && file !== fileURLToPath(import.meta.url))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(CITATION)])
    .flatMap((match) => match[1]?.match(/[A-Z]\d+/g) ?? []),
)

describe.each(SPECS)('%s', (file) => {
  const rules = [...readFileSync(join(root, file), 'utf8').matchAll(/^- \*\*\[([A-Z]\d+)\]\*\*/gm)].map(
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
