/** What the built app asks of a first visit, in bytes and files: a library that slips into the first page shows here. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const CLIENT = 'dist/client'
const page = readFileSync(join(CLIENT, 'index.html'), 'utf8')
const first = [...page.matchAll(/(?:src|href)="(\/(?:assets\/[^"]+\.(?:js|css)|appearance\.js))"/g)].map(
  ([, path]) => path as string,
)

function served(path: string): number {
  try {
    return statSync(join(CLIENT, `${path}.br`)).size
  } catch {
    return statSync(join(CLIENT, path)).size
  }
}

it('shows its first page with less than 160 kB in less than 15 files, words included', () => {
  const words = Math.max(
    ...readdirSync(join(CLIENT, 'assets'))
      .filter((name) => /^messages-[\w-]{8}\.js\.br$/.test(name))
      .map((name) => statSync(join(CLIENT, 'assets', name)).size),
  )
  expect(first.length).toBeGreaterThan(4)
  expect(first.length).toBeLessThan(15)
  expect(first.reduce((sum, path) => sum + served(path), words)).toBeLessThan(160_000)
})

it('keeps what only some pages need out of the first one', () => {
  const code = first
    .filter((path) => path.endsWith('.js'))
    .map((path) => readFileSync(join(CLIENT, path), 'utf8'))
    .join('\n')
  // A name that each library keeps in its built form: pages of PDF, the replica's queries, checks of shapes, dates.
  for (const mark of ['getDocument', 'RxCollection', '_zod', 'gregory'])
    expect(code, mark).not.toContain(mark)
})

it('installs a few dozen files for everybody', () => {
  const list = readFileSync(join(CLIENT, 'service-worker.js'), 'utf8')
  const files = new Set(list.match(/assets\/[\w.-]+\.(?:js|css)/g))
  expect(files.size).toBeGreaterThan(20)
  expect(files.size).toBeLessThan(100)
})
