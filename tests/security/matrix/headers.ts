/** What every answer of the API has to carry, and what may differ between two that must be alike. */
import { expect } from 'vitest'
import type { Answer } from '../../harness/sign-in.ts'

const DIFFERENT_EVERY_TIME = new Set([
  'date',
  'x-request-id',
  'dpop-nonce',
  'connection',
  'keep-alive',
  'content-length',
])

export const sameHeaders = (headers: Headers): Readonly<Record<string, string>> =>
  Object.fromEntries([...headers].filter(([name]) => !DIFFERENT_EVERY_TIME.has(name)))

const EXACTLY: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
}
/** Nobody else's page may read anything; nothing tells what the server is made of. */
const NEVER = [
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'x-powered-by',
  'server',
]

export function expectSafeHeaders({ headers, status }: Answer, where: string): void {
  for (const [name, value] of Object.entries(EXACTLY))
    expect(headers.get(name), `${where}: ${name}`).toBe(value)
  // What is to be saved and not shown may be any of the kinds of files; nobody on the way compresses it.
  const isFile = headers.get('content-disposition')?.startsWith('attachment;') === true
  expect(headers.get('cache-control'), where).toMatch(isFile ? /^no-store(, no-transform)?$/ : /^no-store$/)
  for (const name of NEVER) expect(headers.get(name), `${where}: ${name}`).toBeNull()
  // A revision and nothing else: never made from what an answer says.
  expect(headers.get('etag') ?? '"1"', where).toMatch(/^"\d{1,9}"$/)
  expect(headers.get('content-security-policy'), where).toMatch(/^default-src 'none';/)
  expect(headers.get('x-request-id'), where).toMatch(/^[0-9a-f-]{36}$/)
  if (status !== 204)
    expect(headers.get('content-type'), where).toMatch(
      status < 400
        ? isFile
          ? /^(application\/pdf|text\/(csv; charset=utf-8|plain)|image\/(jpeg|png|webp))$/
          : /^(application\/json; charset=utf-8|application\/pdf|text\/csv; charset=utf-8)$/
        : /^application\/problem\+json; charset=utf-8$/,
    )
}
