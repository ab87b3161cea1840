/** Values that some layer cannot take: each mutation is answered for itself, for good, and blocks nobody behind it. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { ChangeRow, MutationAnswer } from '../../shared/protocol/messages.ts'
import { SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { type SignedInDevice, signIn } from '../harness/sign-in.ts'

const DRAFTS = COLLECTIONS.drafts.number
const LAST_MILLISECOND = Number.MAX_SAFE_INTEGER
const LAST_INTEGER = 2_147_483_647

describe.each(['pglite', 'postgres'] as const)('poison, over %s', (database) => {
  let server: RunningPortal
  let client: SignedInDevice
  let draft: string
  let number = 0

  beforeAll(async () => {
    server = await startPortal({ database })
    client = await signIn(server.url, 'client@demo.test')
    const { body } = await client.fetch(`${SYNC_HTTP}/pull`, {
      method: 'POST',
      body: { client: client.clientId, after: 0, upTo: null },
    })
    draft = (body.rows as ChangeRow[]).find(([collection]) => collection === DRAFTS)?.[1] ?? ''
  })
  afterAll(() => server?.close())

  const push = (mutations: readonly unknown[]) =>
    client.fetch(`${SYNC_HTTP}/push`, { method: 'POST', body: { client: client.clientId, mutations } })
  const edit = (field: string, value: unknown, clock = Date.now(), base = 1) => [
    ++number,
    DRAFTS,
    draft,
    base,
    clock,
    [[field, value]],
  ]
  const submission = (fields: Record<string, unknown>) => [
    ++number,
    COLLECTIONS.submissions.number,
    randomUUID(),
    0,
    Date.now(),
    Object.entries(fields),
  ]

  const poison: [name: string, make: () => unknown][] = [
    ['a NUL in a text', () => edit('answers/a', 'a\u0000b')],
    ['a NUL in a field path', () => edit('answers/a\u0000b', 'x')],
    ['half a surrogate pair', () => edit('answers/b', '\ud800')],
    ['half a surrogate pair in a field path', () => edit('answers/\udfff', 'x')],
    ['__proto__ as an answer', () => edit('answers/__proto__', 'x')],
    ['__proto__ as a property', () => edit('__proto__/polluted', 'x')],
    ['constructor as a property', () => edit('constructor', { prototype: 'x' })],
    ['a clock at the end of time', () => edit('answers/c', 'x', LAST_MILLISECOND)],
    ['a base revision from the future', () => edit('answers/d', 'x', Date.now(), LAST_INTEGER)],
    ['a value of another type', () => edit('answers', 'all of them')],
    ['a number that JSON rounds', () => edit('answers/e', 1e308)],
    ['a collection nobody knows', () => [++number, 99, randomUUID(), 0, 0, [['a', 'b']]]],
    ['a slash too many', () => edit('answers//', 'x')],
    ['a submission of nothing', () => submission({ a: null })],
    [
      'a submission sent at the end of time',
      () =>
        submission({
          draftId: draft,
          definitionId: randomUUID(),
          answers: {},
          submittedAt: LAST_MILLISECOND,
        }),
    ],
    [
      'a submission of a draft revision that no integer holds',
      () =>
        submission({
          draftId: draft,
          definitionId: randomUUID(),
          answers: {},
          submittedAt: 1,
          draftRev: 1e15,
        }),
    ],
    [
      'a submission of a draft that is no id',
      () => submission({ draftId: 'x\u0000', definitionId: 'y', answers: {}, submittedAt: 1 }),
    ],
    [
      'a submission of a draft whose id is all dashes',
      () =>
        submission({
          draftId: '-'.repeat(36),
          definitionId: '-'.repeat(36),
          answers: {},
          submittedAt: 1,
        }),
    ],
    [
      'a submission of a draft whose id is in capitals',
      () =>
        submission({
          draftId: draft.toUpperCase(),
          definitionId: randomUUID(),
          answers: {},
          submittedAt: 1,
        }),
    ],
  ]

  it.each(poison)('[P13] [V15.3.6] %s', async (_name, make) => {
    const before = edit('answers/before', `before ${number}`)
    const bad = make()
    const after = edit('answers/after', `after ${number}`)
    const { status, body, text } = await push([before, bad, after])
    expect([status, text.slice(0, 200)]).toEqual([200, expect.any(String)])
    const [first, , last] = body.answers as MutationAnswer[]
    expect([first?.[1], last?.[1]]).toEqual([0, 0])
    // And again, as after a lost answer.
    expect((await push([before, bad, after])).body.answers).toEqual(body.answers)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })
})
