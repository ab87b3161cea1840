/** What a copy of the database gives away, and what a changed row does. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import { OUTCOMES, SCHEMA_VERSION } from '../../shared/protocol/terms.ts'
import { createQuarantineService } from '../../sync-server/modules/quarantine/service.ts'
import { faultOf, SEALED_TABLES, sealedValues } from '../../sync-server/replication/sealed-tables.ts'
import { describeOverDatabases, expectOk, MIGRATIONS, usePractice } from '../harness/practice.ts'

describeOverDatabases('at rest', (open) => {
  const practice = usePractice(open)

  it('[V14.2.4] no table has a word of what a client typed, answered or was told, nor which options were chosen', async () => {
    const client = await practice().client()
    const draftId = await practice().assign(client.clientId)
    const phone = await practice().device(client, 'Phone')
    const tablet = await practice().device(client, 'Tablet')
    const canary = `canary${randomUUID().slice(0, 8)}`
    await phone.push(
      { id: draftId, baseRev: 1, fields: { 'answers/mood': `${canary} one` } },
      {
        id: draftId,
        baseRev: 1,
        fields: { 'answers/mood': `${canary} two`, [`answers/pick{${canary}}`]: true },
      },
      { id: draftId, baseRev: 1, fields: { title: `${canary} refused` } },
    )
    await tablet.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': `${canary} three` } })
    const offer = {
      id: randomUUID(),
      collection: 'submissions' as const,
      baseRev: 0,
      fields: {
        draftId,
        definitionId: practice().definitionId,
        answers: { mood: `${canary} sent` },
        submittedAt: practice().clock.time,
        draftRev: 9,
      },
    }
    await phone.push(offer)
    const clinician = await practice().account('clinician')
    const { clientId } = client
    await practice().database.prisma.clinicianAssignment.create({
      data: { clientId, accountId: clinician.accountId },
    })
    expectOk(
      await practice().staff.review(clinician, { clientId, submissionId: offer.id, notes: `${canary} note` }),
    )

    const found = await practice().database.withScripts(async (connection) => {
      const tables = await connection.query<{ name: string }>(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'portal'`,
      )
      const hits: string[] = []
      for (const { name } of tables) {
        const rows = await connection.query<{ text: string }>(
          `SELECT t::text || coalesce(encode(convert_to(t::text, 'UTF8'), 'escape'), '') AS text FROM portal.${name} t`,
        )
        const hex = Buffer.from(canary).toString('hex')
        const base64 = Buffer.from(canary).toString('base64').slice(2, 12)
        if (rows.some(({ text }) => [canary, hex, base64].some((needle) => text.includes(needle))))
          hits.push(name)
      }
      expect(tables.length).toBeGreaterThan(25)
      return hits
    })
    expect(found).toEqual([])
  })

  it('[A8] a body that was moved or changed is shown to nobody, reported, and keeps nothing else from its client', async () => {
    const client = await practice().client()
    const [first, second, third] = [
      await practice().assign(client.clientId),
      await practice().assign(client.clientId),
      await practice().assign(client.clientId),
    ]
    const phone = await practice().device(client)
    await phone.push({ id: first, baseRev: 1, fields: { 'answers/mood': 'fine' } })
    const { prisma } = practice().database
    const key = (id: string) => ({ clientId_id: { clientId: client.clientId, id } })
    const { body } = await prisma.formDraft.findUniqueOrThrow({ where: key(first) })
    const flipped = Uint8Array.from(body)
    // In its first bytes: what was opened a moment ago is remembered by them.
    flipped[60] = (flipped[60] ?? 0) ^ 1
    await prisma.formDraft.update({ where: key(second), data: { body } })
    await prisma.formDraft.update({ where: key(first), data: { body: flipped } })

    const page = expectOk(
      await practice().replication.sync.pull(phone.actor, { client: client.clientId, after: 0, upTo: null }),
    )
    const drafts = page.rows.filter(([collection]) => collection === COLLECTIONS.drafts.number)
    expect(drafts.map(([, id]) => id)).toEqual([third])
    expect(page.done).toBe(true)
    const reported = () =>
      prisma.auditEvent.findMany({ where: { clientId: client.clientId, action: 'seal.unreadable' } })
    expect((await reported()).map(({ documentId }) => documentId).sort()).toEqual([first, second].sort())

    const answer = await phone.push(
      { id: first, baseRev: 2, fields: { 'answers/mood': 'kept' } },
      { id: third, baseRev: 1, fields: { 'answers/mood': 'arrives' } },
    )
    expect(answer.answers.map(([, outcome, , , reason]) => [OUTCOMES[outcome], reason])).toEqual([
      ['quarantined', 'unreadable'],
      ['ok', undefined],
    ])
    expect(await prisma.quarantine.count({ where: { clientId: client.clientId, documentId: first } })).toBe(1)
    const untouched = await prisma.formDraft.findUniqueOrThrow({ where: key(first) })
    expect(Buffer.from(untouched.body).equals(flipped)).toBe(true)
  })

  it('[A8] a damaged entry of quarantine or of a history is left out alone, reported, and the operator is told', async () => {
    const client = await practice().client()
    const { clientId } = client
    const draftId = await practice().assign(clientId)
    const [phone, tablet] = [await practice().device(client), await practice().device(client)]
    for (const title of ['first', 'second', 'third']) {
      practice().clock.time += 1000
      await phone.push({ id: draftId, baseRev: 1, fields: { title } })
    }
    await phone.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'one', 'answers/story': 'one' } })
    for (const [device, text] of [
      [tablet, 'two'],
      [phone, 'three'],
    ] as const)
      await device.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': text, 'answers/story': text } })
    const { prisma } = practice().database
    const kept = await prisma.quarantine.findMany({ where: { clientId }, orderBy: { receivedAt: 'asc' } })
    const history = await prisma.fieldHistory.findMany({ where: { clientId, documentId: draftId } })
    expect(history.length).toBeGreaterThan(1)
    const damage = (sealed: Uint8Array) =>
      sealed.map((byte, at) => (at === sealed.length - 1 ? byte ^ 1 : byte))
    const [sealed, entry] = [kept[1], history[0]]
    if (sealed === undefined || entry === undefined) throw new Error('Nothing was kept.')
    await prisma.quarantine.update({
      where: { clientId_id: { clientId, id: sealed.id } },
      data: { sealed: damage(sealed.sealed) },
    })
    await prisma.fieldHistory.updateMany({
      where: { clientId, id: entry.id },
      data: { sealed: damage(entry.sealed) },
    })
    practice().reported.length = 0

    const quarantine = createQuarantineService(practice())
    const shown: unknown[] = []
    let cursor: string | undefined
    do {
      const page = expectOk(await quarantine.ofClient(phone.actor, clientId, { cursor, limit: 1 }))
      shown.push(...page.items.map(({ fields }) => fields[0]?.value))
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    expect(shown).toEqual(['third', 'first'])

    const offer = {
      id: randomUUID(),
      collection: 'submissions' as const,
      baseRev: 0,
      fields: {
        draftId,
        definitionId: practice().definitionId,
        answers: { mood: 'sent' },
        submittedAt: practice().clock.time,
        draftRev: 9,
      },
    }
    const { answers } = await phone.push(offer)
    expect(answers[0]?.[1]).toBe(OUTCOMES.indexOf('ok'))
    const clinician = await practice().account('clinician')
    await prisma.clinicianAssignment.create({ data: { clientId, accountId: clinician.accountId } })
    expectOk(await practice().staff.submission(clinician, clientId, offer.id))

    const rows = await prisma.auditEvent.findMany({ where: { clientId, action: 'seal.unreadable' } })
    expect(new Set(rows.map(({ documentId, reason }) => `${documentId} ${reason}`))).toEqual(
      new Set([`${draftId} quarantine ${sealed.id}`, `${draftId} field_history ${entry.id}`]),
    )
    expect(
      practice()
        .reported.map(({ reason }) => reason)
        .sort(),
    ).toEqual(rows.map(({ reason }) => reason).sort())
  })

  it('[A8] whoever checks every seal knows every table that has any', async () => {
    const schema = readFileSync(join(MIGRATIONS, '../schema.prisma'), 'utf8')
    const inSchema = [...schema.matchAll(/^model \w+ \{\n(.*?)^\}/gms)].flatMap(([, text = '']) =>
      [...text.matchAll(/^ {2}(\w+) +Bytes\b/gm)].map(
        ([, column]) => `${/@@map\("(\w+)"\)/.exec(text)?.[1]}.${column}`,
      ),
    )
    const sealed = SEALED_TABLES.map(({ table, column }) => `${table}.${column}`)
    const others = [
      'client_key.wrapped',
      'client_tag_key.wrapped',
      'escrow_key.wrapped',
      'client_head.auditHash',
      'audit_event.prevHash',
      'audit_event.hash',
      'audit_lane.hash',
      // Of no client: sealed under a key of the pepper, until the mail is sent.
      'outbox.sealed',
      // Of accounts: sealed under another; and what is public anyway.
      'totp_factor.sealed',
      'push_subscription.sealed',
      'push_key.sealed',
      'ehr_webhook.secret',
      'ehr_webhook.previousSecret',
      'passkey.publicKey',
      // Sealed to the practice’s key, and under a code that is kept nowhere; the first under the KEK. Public to tablets: salts.
      'kiosk_practice.wrapped',
      'kiosk_practice.pinSalt',
      'kiosk_practice.pinHash',
      'kiosk_tablet.salt',
      'kiosk_visit.package',
      'kiosk_answer.kept',
    ]
    expect([...sealed, ...others].sort()).toEqual(inSchema.sort())
  })

  it('[A8] every value that was flipped or swapped in any table is found, and no other', async () => {
    const { clientId } = await practice().client()
    const { database, clientKeys } = practice()
    const cipher = await database.transaction((tx) => clientKeys.cipherOf(tx, clientId))
    const found = () =>
      database.direct(async (tx) => {
        const faults: string[] = []
        for await (const values of sealedValues(tx, clientId))
          for (const value of values)
            if (faultOf(cipher, value) !== undefined) faults.push(`${value.table.table} ${value.id}`)
        return faults.sort()
      })
    const expected: string[] = []
    for (const { table, column, collection } of SEALED_TABLES) {
      const ids = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
      const values = ids.map((id) =>
        cipher.seal({ collection, documentId: id, schema: SCHEMA_VERSION }, { x: table }),
      )
      await database.withScripts(({ query }) => insertBare(query, { table, column, clientId, ids, values }))
      expect(await found()).toEqual(expected)
      const [sound = '', flipped = '', one = '', other = ''] = ids
      await database.withScripts(async ({ query }) => {
        const put = (id: string, value: Uint8Array | undefined) =>
          query(`UPDATE portal.${table} SET ${column} = $1 WHERE client_id = $2 AND id = $3`, [
            value,
            clientId,
            id,
          ])
        const changed = Uint8Array.from(values[1] ?? [])
        changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
        await put(flipped, changed)
        await put(one, values[3])
        await put(other, values[2])
      })
      expected.push(...[flipped, one, other].map((id) => `${table} ${id}`))
      expected.sort()
      expect(await found()).toEqual(expected)
      expect(sound).not.toBe('')
    }
  })
})

/** Rows with nothing but what their table insists on: whatever else it checks does not matter here. */
async function insertBare(
  query: <T>(sql: string, values?: readonly unknown[]) => Promise<T[]>,
  row: { table: string; column: string; clientId: string; ids: string[]; values: Uint8Array[] },
): Promise<void> {
  const checks = await query<{ name: string }>(
    `SELECT conname AS name FROM pg_constraint WHERE conrelid = 'portal.${row.table}'::regclass AND contype = 'c'`,
  )
  for (const { name } of checks) await query(`ALTER TABLE portal.${row.table} DROP CONSTRAINT ${name}`)
  const needed = await query<{ name: string; type: string }>(
    `SELECT column_name AS name, udt_name AS type FROM information_schema.columns WHERE table_schema = 'portal'
       AND table_name = '${row.table}' AND is_nullable = 'NO' AND column_default IS NULL
       AND column_name NOT IN ('client_id', 'id', '${row.column}')`,
  )
  const value: { readonly [type: string]: string } = {
    uuid: 'gen_random_uuid()',
    text: `'x'`,
    timestamptz: 'now()',
    bool: 'false',
  }
  const columns = ['client_id', 'id', row.column, ...needed.map(({ name }) => name)]
  const rest = needed.map(({ type }) => value[type] ?? '1')
  for (const [index, id] of row.ids.entries())
    await query(
      `INSERT INTO portal.${row.table} (${columns.join(', ')}) VALUES (${['$1', '$2', '$3', ...rest].join(', ')})`,
      [row.clientId, id, row.values[index]],
    )
}
