/** The record system reads changes of many records while they are written: nothing is passed over. */
import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { MACHINE_SCOPES } from '../../sync-server/http/route.ts'
import { beginNewFeedEpochs, type ChangeRow } from '../../sync-server/modules/ehr/change-store.ts'
import { type Change, createChanges } from '../../sync-server/modules/ehr/changes.ts'
import { describeOverDatabases, expectOk, usePractice } from '../harness/practice.ts'

const ALL = new Set(MACHINE_SCOPES)

describeOverDatabases('changes for the record system', (open) => {
  const practice = usePractice(open)
  const service = () => {
    const { database, replication, clock } = practice()
    const told: ChangeRow[] = []
    const changes = createChanges({
      database,
      replication,
      clock: { now: () => clock.time },
      onNumbered: async (_tx, _practice, fresh) => void told.push(...fresh),
      afterNumbering: () => undefined,
    })
    return { ...changes, told }
  }
  const written = (text: string) => {
    const id = randomUUID()
    const fields = {
      threadId: id,
      subject: 'Hello',
      body: text,
      priority: 'normal',
      sentAt: practice().clock.time,
    }
    return { collection: 'messages', id, baseRev: 0, fields } as const
  }

  it('[H10] who reads while sixteen records are written misses nothing and gets nothing twice', async () => {
    const ehr = await practice().account('ehr')
    const { read, told } = service()
    const devices = await Promise.all(
      Array.from({ length: 16 }, async () => practice().device(await practice().client())),
    )
    const sent = new Set<string>()
    let writing = true
    const writers = Promise.all(
      devices.map(async (device) => {
        for (let turn = 0; turn < 6; turn++) {
          const write = written(`message ${turn}`)
          await device.push(write)
          sent.add(write.id)
        }
      }),
    ).finally(() => {
      writing = false
    })
    const readAll = async (): Promise<string[]> => {
      const seen: string[] = []
      let since: string | undefined
      for (let done = false; !done; ) {
        // The embedded database answers without ever letting go of the event loop.
        await setImmediate()
        const isLast = !writing
        const page = expectOk(await read(ehr, { since, types: ['messages'], limit: 7 }, ALL))
        seen.push(...page.items.map(({ id }) => id))
        since = page.next
        done = isLast && !page.more
      }
      return seen
    }
    const readers = await Promise.all([readAll(), readAll(), writers])
    for (const seen of readers.slice(0, 2) as string[][]) {
      expect(new Set(seen).size).toBe(seen.length)
      expect(new Set(seen)).toEqual(sent)
    }
    expect(told.map(({ documentId }) => documentId).sort()).toEqual([...sent].sort())
  })

  it('[H11] each document once, as it is; a restored database begins anew', async () => {
    const ehr = await practice().account('ehr')
    const { read } = service()
    const start = expectOk(await read(ehr, { limit: 200 }, ALL)).next
    const person = await practice().client('Robin')
    const phone = await practice().device(person)
    const times = [{ from: practice().clock.time + 1, to: practice().clock.time + 2 }]
    const requestedAt = practice().clock.time
    const asked = { kind: 'new-appointment', status: 'requested', preferredTimes: times, requestedAt }
    const id = randomUUID()
    await phone.push({ collection: 'requests', id, baseRev: 0, fields: asked })
    const first = expectOk(await read(ehr, { since: start, limit: 200 }, ALL))
    expect(first.items).toMatchObject([
      {
        type: 'requests',
        id,
        client: { id: null, portalId: person.clientId },
        resource: { resourceType: 'Task', status: 'requested', code: { text: 'new-appointment' } },
      },
    ])
    await phone.push({ collection: 'requests', id, baseRev: 1, fields: { status: 'withdrawn' } })
    const second = expectOk(await read(ehr, { since: first.next, limit: 200 }, ALL))
    expect(second.items).toMatchObject([{ id, rev: 2, resource: { status: 'cancelled' } }])
    const fromStart = expectOk(await read(ehr, { since: start, limit: 200 }, ALL))
    expect(fromStart.items.map((change) => change.rev)).toEqual([2])
    await practice().database.transaction((tx) => beginNewFeedEpochs(tx))
    const refused = await read(ehr, { since: second.next, limit: 200 }, ALL)
    expect(refused).toMatchObject({ ok: false, error: { code: 'wrong_state' } })
    expect(await read(ehr, { since: 'x', limit: 200 }, ALL)).toMatchObject({
      ok: false,
      error: { code: 'invalid_message' },
    })
    const anew: Change[] = []
    for (let since: string | undefined, more = true; more; ) {
      const page = expectOk(await read(ehr, { since, limit: 200 }, ALL))
      anew.push(...page.items)
      ;({ next: since, more } = page)
    }
    expect(anew.map((change) => change.id)).toContain(id)
  })

  it('[H12] a submission is a QuestionnaireResponse; reading it is in the trail, and needs its scope', async () => {
    const ehr = await practice().account('ehr')
    const { read, get } = service()
    const person = await practice().client()
    const phone = await practice().device(person)
    const draft = await practice().assign(person.clientId)
    const submission = randomUUID()
    const { definitionId, clock } = practice()
    const answers = { mood: 'Better', sleep: 7 }
    await phone.push({
      collection: 'submissions',
      id: submission,
      baseRev: 0,
      fields: { draftId: draft, definitionId, answers, submittedAt: clock.time },
    })
    const found = expectOk(await read(ehr, { types: ['submissions'], limit: 200 }, ALL)).items.find(
      ({ id }) => id === submission,
    )
    expect(found?.resource).toMatchObject({
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      item: [
        { linkId: 'mood', answer: [{ valueString: 'Better' }] },
        { linkId: 'sleep', answer: [{ valueInteger: 7 }] },
      ],
    })
    expect(expectOk(await get(ehr, 'submissions', submission)).resource).toEqual(found?.resource)
    const rows = await practice().database.prisma.auditEvent.findMany({
      where: { clientId: person.clientId, accountId: ehr.accountId },
    })
    expect(rows.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'ehr.changes allowed',
      'ehr.changes allowed',
    ])
    const few = new Set(['messages:read'] as const)
    expect(await read(ehr, { types: ['submissions'], limit: 10 }, few)).toMatchObject({
      ok: false,
      error: { code: 'not_permitted' },
    })
    const only = expectOk(await read(ehr, { limit: 200 }, few))
    expect(only.items.every(({ type }) => type === 'messages')).toBe(true)
  })
})
