/** The one write path over both databases: exactly once, isolation of refusals, order of the feed, and what is announced. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import { OUTCOMES } from '../../shared/protocol/terms.ts'
import { describeOverDatabases, expectOk, usePractice } from '../harness/practice.ts'

const outcomes = (answers: readonly (readonly (number | string)[])[]) =>
  answers.map((answer) => OUTCOMES[Number(answer[1])])

describeOverDatabases('write path', (open) => {
  const practice = usePractice(open)
  const setUp = async () => {
    const client = await practice().client()
    const draftId = await practice().assign(client.clientId)
    const phone = await practice().device(client, 'Phone')
    const tablet = await practice().device(client, 'Tablet')
    return { client, draftId, phone, tablet }
  }

  it('[P12] [P15] a mutation has its effect and tells the writer nothing it knows already', async () => {
    const { draftId, phone } = await setUp()
    const answer = await phone.push({
      id: draftId,
      baseRev: 1,
      fields: { 'answers/mood': 'fine', status: 'draft' },
    })
    expect(outcomes(answer.answers)).toEqual(['ok'])
    expect(answer.answers[0]?.[2]).toBe(2)
    expect(answer.changes.rows).toEqual([])
    expect(answer.changes.to.s).toBe(answer.changes.from + 1)
    const document = await practice().document(phone, 'drafts', draftId)
    expect(document).toMatchObject({ status: 'draft', answers: { mood: 'fine' } })
  })

  it('[P16] others are told the changed fields only, after the commit', async () => {
    const { draftId, phone } = await setUp()
    practice().announced.length = 0
    const fields = { status: 'draft', 'answers/mood': 'fine' }
    const { changes } = await phone.push({ id: draftId, baseRev: 1, fields })
    const [announcement] = practice().announced
    expect(announcement?.origin).toBe(phone.actor.deviceId)
    expect(announcement?.changes).toEqual({
      client: phone.clientId,
      from: changes.from,
      to: changes.to,
      rows: [[COLLECTIONS.drafts.number, draftId, 2, 1, Object.entries(fields), 1, practice().clock.time]],
    })
  })

  it('[M15] [P15] a first answer starts the draft, and its writer is told what it did not write', async () => {
    const { draftId, phone } = await setUp()
    const { changes } = await phone.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'fine' } })
    expect(changes.rows).toEqual([
      [COLLECTIONS.drafts.number, draftId, 2, 1, [['status', 'draft']], 1, practice().clock.time],
    ])
  })

  it('[P15] what a later mutation of the same push only repeats is told all the same', async () => {
    const { draftId, phone } = await setUp()
    const { answers, changes } = await phone.push(
      { id: draftId, baseRev: 1, fields: { 'answers/mood': 'fine' } },
      { id: draftId, baseRev: 1, fields: { status: 'draft' } },
    )
    expect(answers.map(([, , rev]) => rev)).toEqual([2, 2])
    expect(changes.rows).toEqual([
      [COLLECTIONS.drafts.number, draftId, 2, 1, [['status', 'draft']], 1, practice().clock.time],
    ])
  })

  it('[P9] a mutation sent twice has one effect and gets the same answer, also within one push', async () => {
    const { draftId, phone, client } = await setUp()
    const mutation = phone.mutation({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'fine' } })
    const send = async (mutations: readonly (typeof mutation)[]) =>
      expectOk(
        await practice().replication.sync.push(phone.actor, {
          client: client.clientId,
          mutations: [...mutations],
        }),
      )
    const first = await send([mutation, mutation])
    practice().clock.time += 1_000
    const again = await send([mutation])
    expect(again.answers).toEqual([first.answers[0]])
    expect(first.answers[1]).toEqual(first.answers[0])
    expect(again.changes.to).toEqual(first.changes.to)
  })

  it('[P9] a number that has an answer is refused for another content, and keeps its answer', async () => {
    const { draftId, phone, client } = await setUp()
    const mine = phone.mutation({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'fine' } })
    const [number, collection, id, baseRev, clock] = mine
    // Of a copy of this device, which counts on by itself.
    const others = [number, collection, id, baseRev, clock, [['answers/mood', 'another']]] as typeof mine
    const send = async (...mutations: (typeof mine)[]) =>
      expectOk(await practice().replication.sync.push(phone.actor, { client: client.clientId, mutations }))
    const refused = [number, OUTCOMES.indexOf('quarantined'), 0, expect.any(Number), 'number_taken']
    const first = await send(mine, others)
    expect(first.answers).toEqual([[number, 0, 2, expect.any(Number)], refused])
    const again = await send(others, mine)
    expect(again.answers).toEqual([refused, first.answers[0]])
    expect(again.changes.to).toEqual(first.changes.to)
    // Answers that were given before contents were noted are given again.
    await practice().database.prisma.mutationResult.updateMany({ data: { content: null } })
    expect((await send(others)).answers).toEqual([first.answers[0]])
  })

  it('[P1] [P12] [P13] [V15.3.3] a refused mutation is quarantined and does not block those behind it', async () => {
    const { draftId, phone } = await setUp()
    const answer = await phone.push(
      { id: draftId, baseRev: 1, fields: { 'answers/mood': 'before' } },
      { id: draftId, baseRev: 1, fields: { title: 'Changed by a client' } },
      { id: randomUUID(), baseRev: 1, fields: { 'answers/mood': 'nowhere' } },
      { id: randomUUID(), baseRev: 0, collection: 'appointments', fields: { status: 'booked' } },
      { id: draftId, baseRev: 1, fields: { 'answers/__proto__x\u0000': 'poison' } },
      { id: draftId, baseRev: 1, fields: { answers: { mood: 'whole map' } } },
      { id: draftId, baseRev: 1, fields: { 'answers/sleep': 7 } },
    )
    expect(answer.answers.map((item) => item[4] ?? OUTCOMES[item[1]])).toEqual([
      'ok',
      'not_permitted',
      'not_found',
      'not_permitted',
      'invalid_document',
      'invalid_document',
      'ok',
    ])
    const stored = await practice().database.prisma.quarantine.findMany({
      where: { clientId: phone.clientId },
    })
    expect(stored).toHaveLength(5)
    const document = await practice().document(phone, 'drafts', draftId)
    expect(document?.answers).toEqual({ mood: 'before', sleep: 7 })
    const denied = await practice().database.prisma.auditEvent.count({
      where: { clientId: phone.clientId, action: 'sync.push', outcome: 'denied' },
    })
    expect(denied).toBe(5)
  })

  it('no document is stored under a second spelling of its id', async () => {
    const { draftId, phone } = await setUp()
    const id = randomUUID()
    const submission = (documentId: string, mood: string) => ({
      id: documentId,
      collection: 'submissions' as const,
      baseRev: 0,
      fields: {
        draftId,
        definitionId: practice().definitionId,
        answers: { mood },
        submittedAt: practice().clock.time,
        draftRev: 1,
      },
    })
    expect(outcomes((await phone.push(submission(id, 'first'))).answers)).toEqual(['ok'])
    // Past the edge, which refuses the message: not even then.
    await phone.push(submission(id.toUpperCase(), 'second')).catch(() => undefined)
    expect(await practice().document(phone, 'submissions', id)).toMatchObject({ answers: { mood: 'first' } })
  })

  it('what the server remembers of a draft never stands against its row, whoever wrote that', async () => {
    const { client, draftId, phone } = await setUp()
    const put = (baseRev: number, fields: { [field: string]: string }) =>
      phone.push({ id: draftId, baseRev, fields })
    await put(1, { 'answers/mood': 'fine', status: 'draft' })
    const where = { clientId_id: { clientId: client.clientId, id: draftId } }
    const { body } = await practice().database.prisma.formDraft.findUniqueOrThrow({ where })
    await put(2, { 'answers/story': 'Only remembered.' })
    // As another server may have left it, with the very same revision.
    await practice().database.prisma.formDraft.update({ where, data: { body } })
    await put(3, { 'answers/sleep': 'eight' })
    const document = await practice().document(phone, 'drafts', draftId)
    expect(document?.answers).toEqual({ mood: 'fine', sleep: 'eight' })
  })

  it('[P19] the feed has no gap while twenty devices push at once', async () => {
    const { client, draftId, phone } = await setUp()
    const devices = await Promise.all(Array.from({ length: 20 }, () => practice().device(client)))
    practice().announced.length = 0
    await Promise.all(
      devices.map((device, index) =>
        device.push({ id: draftId, baseRev: 1, fields: { [`answers/mood{${index}}`]: true } }),
      ),
    )
    const commits = practice()
      .announced.map(({ changes }) => changes)
      .sort((a, b) => a.from - b.from)
    expect(commits).toHaveLength(20)
    for (const [index, commit] of commits.entries())
      expect(commit.from).toBe(index === 0 ? commits[0]?.from : commits[index - 1]?.to.s)
    const document = await practice().document(phone, 'drafts', draftId)
    expect(Object.keys(document?.answers ?? {})).toHaveLength(20)
  })

  it('[P24] a push of 500 mutations is one commit with one position for the document', async () => {
    const { draftId, phone } = await setUp()
    const writes = Array.from({ length: 500 }, (_, index) => ({
      id: draftId,
      baseRev: 1,
      fields: { 'answers/mood': `version ${index}` },
      at: practice().clock.time + index,
    }))
    const answer = await phone.push(...writes)
    expect(answer.answers).toHaveLength(500)
    expect(answer.answers[499]?.[2]).toBe(501)
    expect(answer.changes.to.s).toBe(answer.changes.from + 1)
    const document = await practice().document(phone, 'drafts', draftId)
    expect(document?.answers).toEqual({ mood: 'version 499' })
  })

  it('[P11] a clock that runs ahead is cut to a minute after the receipt', async () => {
    const { draftId, phone, tablet } = await setUp()
    const { clock } = practice()
    await phone.push({
      id: draftId,
      baseRev: 1,
      fields: { 'answers/mood': 'from the future' },
      at: clock.time + 1e12,
    })
    clock.time += 61_000
    await tablet.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'a minute later' } })
    const document = await practice().document(phone, 'drafts', draftId)
    expect(document?.answers).toEqual({ mood: 'a minute later' })
  })

  describe('another client', () => {
    it('[P3] gets the same answer for a foreign record as for one that does not exist, and is audited', async () => {
      const { client, draftId } = await setUp()
      const stranger = await practice().device(await practice().client('Stranger'))
      const { sync } = practice().replication
      const mutation = stranger.mutation({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'mine' } })
      for (const target of [client.clientId, randomUUID()]) {
        const device = String(stranger.actor.deviceId)
        const replies = [
          await sync.hello(stranger.actor, { p: 1, v: 1, client: target, device, cursor: null, m: 1 }),
          await sync.pull(stranger.actor, { client: target, after: 0, upTo: null }),
          await sync.push(stranger.actor, { client: target, mutations: [mutation] }),
          await practice().forms.getForm(stranger.actor, target, draftId),
          await practice().forms.listForms(stranger.actor, target),
        ]
        for (const reply of replies)
          expect(reply).toEqual({
            ok: false,
            error: { code: 'not_found', detail: 'There is no such record.' },
          })
        const audited = await practice().database.prisma.auditEvent.findMany({
          where: { clientId: target, accountId: stranger.actor.accountId },
        })
        expect(audited.map(({ action, outcome }) => `${action} ${outcome}`).sort()).toEqual(
          ['forms.get', 'forms.list', 'sync.hello', 'sync.pull', 'sync.push'].map(
            (action) => `${action} denied`,
          ),
        )
      }
    })

    it('[P3] cannot reach a foreign draft through its own record', async () => {
      const { draftId } = await setUp()
      const stranger = await practice().device(await practice().client('Stranger'))
      const { answers } = await stranger.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'mine' } })
      expect(answers[0]?.[4]).toBe('not_found')
    })

    it('[P3] a proxy may act while its grant stands, read-only if it says so, and not after', async () => {
      const { client, draftId } = await setUp()
      const { prisma } = practice().database
      const actor = await practice().account('proxy')
      const proxy = await practice().device({ clientId: client.clientId, actor })
      const pull = () =>
        practice().replication.sync.pull(proxy.actor, { client: client.clientId, after: 0, upTo: null })
      const push = () =>
        practice().replication.sync.push(proxy.actor, {
          client: client.clientId,
          mutations: [proxy.mutation({ id: draftId, baseRev: 1, fields: { 'answers/sleep': 8 } })],
        })
      expect((await pull()).ok).toBe(false)
      const key = { clientId_accountId: { clientId: client.clientId, accountId: actor.accountId } }
      await prisma.accessGrant.create({ data: { ...key.clientId_accountId, scopes: ['forms:read'] } })
      const outcome = async () => {
        const pushed = await push()
        return pushed.ok && OUTCOMES[pushed.value.answers[0]?.[1] ?? -1]
      }
      expect([(await pull()).ok, await outcome()]).toEqual([true, 'quarantined'])
      await prisma.accessGrant.update({ where: key, data: { scopes: ['forms:write'] } })
      expect(await outcome()).toBe('ok')
      await prisma.accessGrant.update({
        where: key,
        data: { expiresAt: new Date(practice().clock.time - 1) },
      })
      expect([(await pull()).ok, (await push()).ok]).toEqual([false, false])
    })

    it('[P23] a device that was signed out, or is not the account’s, gets nothing; what it sends is kept', async () => {
      const { client, draftId, phone } = await setUp()
      const { prisma } = practice().database
      const stranger = await practice().device(await practice().client())
      const borrowed = { ...phone.actor, deviceId: stranger.actor.deviceId }
      const pull = (actor: typeof phone.actor) =>
        practice().replication.sync.pull(actor, { client: client.clientId, after: 0, upTo: null })
      expect(await pull(borrowed)).toMatchObject({ error: { code: 'not_authenticated' } })
      await prisma.device.update({
        where: { id: String(phone.actor.deviceId) },
        data: { revokedAt: new Date() },
      })
      expect(await pull(phone.actor)).toMatchObject({ error: { code: 'device_revoked' } })
      const mutations = [phone.mutation({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'unsent' } })]
      for (let attempt = 0; attempt < 2; attempt++)
        expect(
          await practice().replication.sync.push(phone.actor, { client: client.clientId, mutations }),
        ).toMatchObject({ error: { code: 'device_revoked' } })
      const kept = await prisma.quarantine.findMany({ where: { clientId: client.clientId } })
      expect(kept).toMatchObject([{ documentId: draftId, reason: 'device_revoked', number: 1 }])
      const other = await practice().device(client)
      expect(await practice().document(other, 'drafts', draftId)).toMatchObject({ answers: {} })
    })
  })
})
