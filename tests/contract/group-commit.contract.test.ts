/** Pushes of many clients in one transaction: each gets its own answer, and nobody's trouble is anybody else's. */
import { expect, it } from 'vitest'
import { err, ok } from '../../shared/kernel/result.ts'
import { refusal } from '../../shared/protocol/errors.ts'
import { OUTCOMES } from '../../shared/protocol/terms.ts'
import { collections } from '../../sync-server/collections.ts'
import { type Database, type DirectTransaction, openDatabase } from '../../sync-server/platform/database.ts'
import { createReplication } from '../../sync-server/replication/replication.ts'
import { postgresDatabase } from '../harness/postgres.ts'
import {
  describeOverDatabases,
  expectOk,
  openPractice,
  type Practice,
  type TestDevice,
} from '../harness/practice.ts'

/** A database that counts its direct transactions, and that can be made to fail when they are about to commit. */
function watched(database: Database) {
  const state = { transactions: 0, fail: false }
  const direct: Database['direct'] = (run) =>
    database.direct((tx) => {
      state.transactions += 1
      const commitWith: DirectTransaction['commitWith'] = async (last) => {
        if (!state.fail) return tx.commitWith(last)
        await last()
        throw new Error('The connection is gone.')
      }
      return run(Object.create(tx, { commitWith: { value: commitWith } }))
    })
  return { state, database: { ...database, direct } }
}

interface Filler {
  readonly device: TestDevice
  readonly draftId: string
}
function fillers(practice: Practice, count: number): Promise<readonly Filler[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const client = await practice.client(`Client ${index}`)
      return { draftId: await practice.assign(client.clientId), device: await practice.device(client) }
    }),
  )
}
const answerOf = ({ device, draftId }: Filler, mood: string) =>
  device.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': mood } })
const moodOf = async (practice: Practice, { device, draftId }: Filler) =>
  (await practice.document(device, 'drafts', draftId))?.answers

describeOverDatabases('group commit', (open) => {
  let opened: Promise<{ state: { transactions: number; fail: boolean }; practice: Practice }> | undefined
  const openWatched = async () => {
    const { state, database } = watched(await open())
    return { state, practice: await openPractice(database) }
  }
  const setUp = async (count: number) => {
    opened ??= openWatched()
    const { state, practice } = await opened
    return { state, practice, people: await fillers(practice, count) }
  }

  it('fifty clients at once: one transaction, and each gets the answers to its own mutations', async () => {
    const { state, practice, people } = await setUp(50)
    practice.announced.length = 0
    state.transactions = 0
    const answers = await Promise.all(people.map((person, index) => answerOf(person, `mood ${index}`)))
    expect(state.transactions).toBe(1)
    for (const [index, person] of people.entries()) {
      const answer = answers[index]
      expect(answer?.answers).toEqual([[1, OUTCOMES.indexOf('ok'), 2, practice.clock.time]])
      expect(answer?.changes.client).toBe(person.device.clientId)
      expect(answer?.changes.to.s).toBe((answer?.changes.from ?? 0) + 1)
      expect(await moodOf(practice, person)).toEqual({ mood: `mood ${index}` })
    }
    const announced = practice.announced.map(({ changes, origin }) => [changes.client, origin])
    const expected = people.map(({ device }) => [device.clientId, device.actor.deviceId])
    expect(announced.sort()).toEqual(expected.sort())
    const clients = people.map(({ device }) => device.clientId)
    const where = { action: 'sync.push', clientId: { in: clients } }
    expect(await practice.database.prisma.auditEvent.count({ where })).toBe(50)
  })

  it('[P13] what one client may not write, and what cannot be read, touches nobody else in the transaction', async () => {
    const { state, practice, people } = await setUp(5)
    const { clock } = practice
    const [first, refused, damaged, foreign, last] = people as [Filler, Filler, Filler, Filler, Filler]
    await practice.database.prisma.formDraft.update({
      where: { clientId_id: { clientId: damaged.device.clientId, id: damaged.draftId } },
      data: { body: new Uint8Array([1, 2, 3]) },
    })
    state.transactions = 0
    const stolen = foreign.device.mutation({
      id: first.draftId,
      baseRev: 1,
      fields: { 'answers/mood': 'stolen' },
    })
    const [one, two, three, four, five] = await Promise.allSettled([
      answerOf(first, 'fine'),
      refused.device.push(
        { id: refused.draftId, baseRev: 1, fields: { title: 'Changed by a client' } },
        { id: refused.draftId, baseRev: 1, fields: { 'answers/mood': 'accepted' } },
      ),
      answerOf(damaged, 'never opened'),
      practice.replication.sync.push(foreign.device.actor, {
        client: first.device.clientId,
        mutations: [stolen],
      }),
      answerOf(last, 'well'),
    ])
    expect(one).toMatchObject({ status: 'fulfilled', value: { answers: [[1, 0, 2, clock.time]] } })
    expect(two).toMatchObject({
      value: {
        answers: [
          [1, 4, 0, clock.time, 'not_permitted'],
          [2, 0, 2, clock.time],
        ],
      },
    })
    expect(three).toMatchObject({ value: { answers: [[1, 4, 0, clock.time, 'unreadable']] } })
    expect(four).toMatchObject({ value: { ok: false, error: { code: 'not_found' } } })
    expect(five).toMatchObject({ status: 'fulfilled', value: { answers: [[1, 0, 2, clock.time]] } })
    // The foreign push names the first client, so it waits for the first group to end.
    expect(state.transactions).toBe(2)
    expect(await moodOf(practice, first)).toEqual({ mood: 'fine' })
    expect(await moodOf(practice, refused)).toEqual({ mood: 'accepted' })
    const audited = await practice.database.prisma.auditEvent.findMany({
      where: { accountId: foreign.device.actor.accountId, action: 'sync.push' },
    })
    expect(audited.map(({ clientId, outcome }) => [clientId, outcome])).toEqual([
      [first.device.clientId, 'denied'],
    ])
  })

  it('[P13] who throws leaves nothing behind, and the others of the group are done without them', async () => {
    const { state, practice, people } = await setUp(4)
    const [thrower, ...others] = people as [Filler, ...Filler[]]
    const { database, clientKeys, clock } = practice
    const replication = createReplication({
      ...{ database, clientKeys, collections, clock: { now: () => clock.time } },
      announce: () => {},
      jobsOf: ({ clientId }) => {
        if (clientId === thrower.device.clientId) throw new Error('The rest of it failed.')
        return []
      },
    })
    state.transactions = 0
    const settled = await Promise.allSettled(
      people.map(({ device: { actor, clientId, mutation }, draftId }) =>
        replication.sync.push(actor, {
          client: clientId,
          mutations: [mutation({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'fine' } })],
        }),
      ),
    )
    // Once together, and then each alone.
    expect(state.transactions).toBe(5)
    expect(settled[0]).toMatchObject({ status: 'rejected', reason: { message: 'The rest of it failed.' } })
    expect(await moodOf(practice, thrower)).toEqual({})
    for (const person of others) expect(await moodOf(practice, person)).toEqual({ mood: 'fine' })
  })

  it('[P34] who is refused leaves nothing behind but the row that says so', async () => {
    const { practice, people } = await setUp(1)
    const [{ device, draftId }] = people as [Filler]
    const { database, clientKeys, clock } = practice
    const replication = createReplication({
      ...{ database, clientKeys, collections, clock: { now: () => clock.time } },
      announce: () => {},
    })
    const action = 'test.refused'
    const ask = (refuses: boolean) =>
      replication.commit<string>({
        ...{ actor: device.actor, clientId: device.clientId, action, onDevice: false },
        permit: ['own'],
        async run({ work: { scope } }) {
          await scope.tx.$executeRaw`
            UPDATE portal.client SET name = ${refuses ? 'refused' : 'done'} WHERE client_id = ${device.clientId}::uuid`
          return refuses ? err(refusal('wrong_state', 'Not now.')) : ok(draftId)
        },
      })
    const where = { clientId: device.clientId }
    const name = async () => (await database.prisma.client.findUniqueOrThrow({ where })).name
    expectOk(await ask(false))
    expect(await ask(true)).toMatchObject({ error: { code: 'wrong_state' } })
    expect(await name()).toBe('done')
    expect(await database.prisma.auditEvent.count({ where: { ...where, action, outcome: 'denied' } })).toBe(1)
  })

  it('[P13] a statement that fails for one client is tried again for each alone', async () => {
    const { practice, people } = await setUp(4)
    const [poisoned, ...others] = people as [Filler, ...Filler[]]
    // No such text can be stored: the statement that writes everybody's audit rows fails.
    const actor = { ...poisoned.device.actor, userAgent: 'a\u0000b' }
    const mutations = [
      poisoned.device.mutation({ id: poisoned.draftId, baseRev: 1, fields: { 'answers/mood': 'x' } }),
    ]
    const pushed = practice.replication.sync.push(actor, { client: poisoned.device.clientId, mutations })
    const settled = await Promise.allSettled([pushed, ...others.map((person) => answerOf(person, 'fine'))])
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
    for (const person of others) expect(await moodOf(practice, person)).toEqual({ mood: 'fine' })
    expect(await moodOf(practice, poisoned)).toEqual({})
  })

  it('[P14] when the transaction comes to nothing nobody is answered, and the next attempt has its one effect', async () => {
    const { state, practice, people } = await setUp(5)
    practice.announced.length = 0
    const mutations = people.map(({ device, draftId }) =>
      device.mutation({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'kept' } }),
    )
    const push = () =>
      Promise.allSettled(
        people.map(({ device }, index) =>
          practice.replication.sync.push(device.actor, {
            client: device.clientId,
            mutations: mutations.slice(index, index + 1),
          }),
        ),
      )
    state.fail = true
    expect((await push()).map(({ status }) => status)).toEqual(people.map(() => 'rejected'))
    state.fail = false
    expect(practice.announced).toEqual([])
    for (const person of people) expect(await moodOf(practice, person)).toEqual({})
    for (let attempt = 0; attempt < 2; attempt += 1)
      for (const answer of await push())
        expect(answer).toMatchObject({
          value: { ok: true, value: { answers: [[1, 0, 2, practice.clock.time]] } },
        })
    expect(practice.announced).toHaveLength(5)
  })
})

it('nobody waits for a client whose head somebody else holds, who is answered when it is free', async () => {
  await using database = await openDatabase({ url: (await postgresDatabase()).url })
  const practice = await openPractice(database)
  const people = await fillers(practice, 5)
  const [held, ...others] = people as [Filler, ...Filler[]]
  let answered = false
  const waiting = await database.withScripts(async (connection) => {
    await connection.exec('BEGIN')
    await connection.query('SELECT 1 FROM portal.client_head WHERE client_id = $1 FOR UPDATE', [
      held.device.clientId,
    ])
    const late = answerOf(held, 'late').finally(() => {
      answered = true
    })
    const first = await Promise.all(others.map((person) => answerOf(person, 'first')))
    // A second round, too: the client that waits keeps no place in a group.
    const second = await Promise.all(others.map((person) => answerOf(person, 'second')))
    expect([...first, ...second].flatMap(({ answers }) => answers.map(([, outcome]) => outcome))).toEqual(
      Array.from({ length: 8 }, () => 0),
    )
    expect(answered).toBe(false)
    await connection.exec('COMMIT')
    return { late }
  })
  expect((await waiting.late).answers).toEqual([[1, 0, 2, practice.clock.time]])
})
