/** Whatever kind of work can come to nothing has a name on the page where an admin reads of it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const sourcesOf = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(root, folder, file), 'utf8'))

/** As it stands there, or as the constant of the same file that is named there. */
const handledIn = (source: string): string[] =>
  [...source.matchAll(/outbox\.handle\(\s*(?:'([^']+)'|(\w+))/g)].map(
    ([, text, name]) => text ?? new RegExp(`const ${name} = '([^']+)'`).exec(source)?.[1] ?? `${name}?`,
  )

it('[J4] every kind of job is named for the admins who see what came of it', () => {
  const words = readFileSync(join(root, 'client/features/staff/job-words.ts'), 'utf8')
  const named = [...words.matchAll(/^ {4}'?([\w.-]+)'?: t`/gm)].map(([, kind]) => kind)
  const handled = sourcesOf('sync-server').flatMap(handledIn)
  expect(handled.length).toBeGreaterThan(10)
  expect([...named].sort()).toEqual([...new Set(handled)].sort())
})
