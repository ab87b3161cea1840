/**
 * What a client may try inside their own record: ids of another client's documents in every place that takes one,
 * numbers and clocks at their ends, texts that some layer cannot hold, and one push on two sockets at once. No 5xx,
 * nothing of the other client, and the next honest push works.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { ChangeRow, PushAnswer } from '../../shared/protocol/messages.ts'
import { OUTCOMES, SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { ask, type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { connectDevice, helloOf } from '../harness/socket-device.ts'

const DRAFTS = COLLECTIONS.drafts.number
const SUBMISSIONS = COLLECTIONS.submissions.number
const CANARY = 'canary-of-the-first-client'

interface Own {
  readonly id: string
  readonly definitionId: string
}

describe.each(['pglite', 'postgres'] as const)('hostile values, over %s', (database) => {
  let server: RunningPortal
  let victim: SignedInDevice
  let attacker: SignedInDevice
  let theirs: Own
  let own: Own
  let number = 0

  const record = async (who: SignedInDevice) => {
    const body = { client: who.clientId, after: 0, upTo: null }
    const { body: page, text } = await who.fetch(`${SYNC_HTTP}/pull`, { method: 'POST', body })
    return { rows: page.rows as ChangeRow[], text }
  }
  const draftOf = async (who: SignedInDevice, formKey: string): Promise<Own> => {
    const { rows } = await record(who)
    const row = rows.find(([c, , , , body]) => c === DRAFTS && Reflect.get(body ?? {}, 'formKey') === formKey)
    return { id: row?.[1] ?? '', definitionId: String(Reflect.get(row?.[4] ?? {}, 'definitionId')) }
  }
  const push = (mutations: readonly unknown[], who = attacker) =>
    who.fetch(`${SYNC_HTTP}/push`, { method: 'POST', body: { client: who.clientId, mutations } })
  const edit = (
    field: string,
    value: unknown,
    more: { n?: unknown; base?: unknown; clock?: unknown } = {},
  ) => [
    'n' in more ? more.n : ++number,
    DRAFTS,
    own.id,
    'base' in more ? more.base : 1,
    'clock' in more ? more.clock : Date.now(),
    [[field, value]],
  ]
  const submission = (id: string, fields: Record<string, unknown>) => [
    ++number,
    SUBMISSIONS,
    id,
    0,
    Date.now(),
    Object.entries({
      draftId: own.id,
      definitionId: own.definitionId,
      answers: {},
      submittedAt: Date.now(),
      ...fields,
    }),
  ]
  const outcomes = (body: { readonly [key: string]: unknown }) =>
    (body as unknown as PushAnswer).answers.map((answer) => answer[4] ?? OUTCOMES[answer[1]])

  beforeAll(async () => {
    server = await startPortal({ database })
    victim = await signIn(server.url, 'client@demo.test')
    attacker = await signIn(server.url, 'client2@demo.test')
    theirs = await draftOf(victim, 'phq-9')
    own = await draftOf(attacker, 'phq-9')
    await push([[1, DRAFTS, theirs.id, 1, Date.now(), [['answers/canary', CANARY]]]], victim)
  })
  /** Whatever was tried: the attacker's own record still works, the victim's is as it was. */
  afterEach(async () => {
    const honest = await push([edit('answers/honest', `text ${number}`, { base: 2_147_483_647 })])
    expect([honest.status, outcomes(honest.body)]).toEqual([200, ['ok']])
    const mine = await record(attacker)
    expect(mine.text).not.toContain(CANARY)
    const { rows, text } = await record(victim)
    expect(text).toContain(CANARY)
    expect(text).not.toContain('taken over')
    expect(rows.filter(([collection]) => collection === SUBMISSIONS)).toEqual([])
    const other = await signIn(server.url, 'client2@demo.test')
    using socket = await connectDevice(other)
    expect((await socket.ask('hello', helloOf(other))).ok).toBeDefined()
  })
  afterAll(() => server?.close())

  it('[P3] ids of another client’s documents are as absent as made-up ones, wherever they are put', async () => {
    const tries = (id: string, definition: string) => [
      submission(randomUUID(), { draftId: id }),
      submission(randomUUID(), { draftId: id, definitionId: definition }),
      submission(randomUUID(), { definitionId: randomUUID() }),
      submission(randomUUID(), { amends: id, draftId: id }),
      [++number, DRAFTS, id, 0, 1, [['answers/x', 'taken over']]],
      [++number, DRAFTS, id, 1, 1, [['submissionId', id]]],
      [++number, COLLECTIONS.definitions.number, definition, 0, 1, [['title', 'taken over']]],
    ]
    const foreign = await push(tries(theirs.id, theirs.definitionId))
    const random = await push(tries(randomUUID(), theirs.definitionId))
    expect(foreign.status).toBe(200)
    expect(outcomes(foreign.body)).toEqual(outcomes(random.body))
    expect(outcomes(foreign.body)).not.toContain('ok')
    expect(foreign.text).not.toContain(CANARY)
  })

  it('[P3] a submission under the id of another client’s document touches nothing of theirs', async () => {
    const taken = await push([submission(theirs.id, {}), submission(victim.clientId, {})])
    expect(taken.status).toBe(200)
    expect(taken.text).not.toContain(CANARY)
  })

  it('[P24] [V1.4.2] numbers beyond their ends are refused as a whole, and block nothing', async () => {
    for (const n of [0, -1, 2 ** 31, 2 ** 53, 1.5, '1', null, Number.POSITIVE_INFINITY])
      expect((await push([edit('answers/n', 'x', { n })])).status, `number ${n}`).toBe(400)
    for (const base of [-1, 2 ** 31, 0.5, null])
      expect((await push([edit('answers/n', 'x', { base })])).status, `base ${base}`).toBe(400)
    for (const clock of [-1, 0.5, 2 ** 60, null])
      expect((await push([edit('answers/n', 'x', { clock })])).status, `clock ${clock}`).toBe(400)
    const ends = await push([
      edit('answers/past', 'x', { clock: 0 }),
      edit('answers/future', 'x', { clock: Number.MAX_SAFE_INTEGER }),
      [++number, DRAFTS, own.id, 1, 0, [['answers/before', 'x', Number.MAX_SAFE_INTEGER]]],
    ])
    expect(outcomes(ends.body)).toEqual(['ok', 'ok', 'ok'])
    // The highest number there is, by a device of its own: its numbers are used up, nobody else's.
    const last = await signIn(server.url, 'client2@demo.test')
    const extreme = await push([edit('answers/last', 'x', { n: 2_147_483_647 })], last)
    expect(outcomes(extreme.body)).toEqual(['ok'])
    const hello = await last.fetch(`${SYNC_HTTP}/hello`, { method: 'POST', body: helloOf(last) })
    expect([hello.status, hello.body.last]).toEqual([200, 2_147_483_647])
  })

  it('[P13] [V1.3.3] texts that some layer cannot hold are kept or refused one by one, over HTTP and socket', async () => {
    const texts = [
      '\u0000',
      'a\u0000b',
      '\ud800',
      '\udc00x',
      '\uffff',
      '\u202e',
      '𝕏'.repeat(5_000),
      'é\u0301',
    ]
    const mutations = texts.flatMap((text, index) => [
      edit(`answers/value-${index}`, text),
      edit(`answers/${text.slice(0, 50)}`, 'in a name'),
      submission(randomUUID(), { answers: { 'phq9-1': text, [text]: 'x' } }),
      submission(randomUUID(), { definitionId: text }),
    ])
    const answer = await push(mutations)
    expect(answer.status).toBe(200)
    expect((answer.body as unknown as PushAnswer).answers).toHaveLength(mutations.length)
    using socket = await connectDevice(attacker)
    const again = await socket.ask('push', { client: attacker.clientId, mutations })
    expect((again.ok as PushAnswer).answers).toEqual(answer.body.answers)
    expect((await record(attacker)).rows.length).toBeGreaterThan(1)
    for (const path of ['/api/v1/portal/quarantine', '/api/v1/portal/forms'])
      expect((await attacker.fetch(path)).status, path).toBe(200)
  })

  it('[P24] five hundred mutations of the widest kind are answered one by one', async () => {
    const long = 'k'.repeat(500)
    const mutations = Array.from({ length: 500 }, (_, i) => edit(`answers/${long}${i}`, `v${i}`))
    const answer = await push(mutations)
    expect([answer.status, (answer.body as unknown as PushAnswer).answers.length]).toEqual([200, 500])
    expect((await push([...mutations, edit('answers/one-more', 'x')])).status).toBe(400)
  })

  it('[P9] one push on two sockets and HTTP at once has one effect and one answer', async () => {
    using one = await connectDevice(attacker)
    using two = await connectDevice(attacker)
    const before = (await record(attacker)).rows.find(([, id]) => id === own.id)?.[2] ?? 0
    const mutations = [
      edit('answers/once', 'x', { base: before }),
      edit('answers/twice', 'y', { base: before }),
    ]
    const message = { client: attacker.clientId, mutations }
    const [first, second, third] = await Promise.all([
      one.ask('push', message),
      two.ask('push', message),
      push(mutations),
    ])
    const { answers } = first.ok as PushAnswer
    expect((second.ok as PushAnswer).answers).toEqual(answers)
    expect(third.body.answers).toEqual(answers)
    expect((await record(attacker)).rows.find(([, id]) => id === own.id)?.[2]).toBe(before + 2)
  })

  it('the staff’s token opens no client route, and paths lead out of no folder', async () => {
    const staff = await signIn(server.url, 'admin@demo.test')
    for (const path of ['hello', 'pull', 'push', 'last-push'])
      expect((await staff.fetch(`${SYNC_HTTP}/${path}`, { method: 'POST', body: {} })).status).toBe(401)
    for (const path of ['forms', 'quarantine', 'auth/devices'])
      expect((await staff.fetch(`/api/v1/portal/${path}`)).status).toBe(401)
    const outs = ['/assets/..%2f..%2f..%2fpackage.json', '/..%2fpackage.json', '/%2e%2e/%2e%2e/package.json']
    for (const path of [...outs, '/assets/%00.js', '/.env', '/assets/..%5c..%5cpackage.json']) {
      const answer = await ask(server.url + path, { headers: { 'accept-encoding': 'br' } })
      expect(answer.status, path).toBeLessThan(500)
      expect(answer.text, path).not.toContain('"dependencies"')
    }
  })
})
