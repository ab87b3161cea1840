/** What a copy of the database gives away, and what a changed row does. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { describeOverDatabases, expectOk, usePractice } from '../harness/practice.ts'

describeOverDatabases('at rest', (open) => {
  const practice = usePractice(open)

  it('no table has a word of what a client typed, answered or was told, nor which options were chosen', async () => {
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

  it('a body that was moved to another document, or changed by a byte, does not open', async () => {
    const client = await practice().client()
    const [first, second] = [
      await practice().assign(client.clientId),
      await practice().assign(client.clientId),
    ]
    const phone = await practice().device(client)
    await phone.push({ id: first, baseRev: 1, fields: { 'answers/mood': 'fine' } })
    const { prisma } = practice().database
    const key = (id: string) => ({ clientId_id: { clientId: client.clientId, id } })
    const { body } = await prisma.formDraft.findUniqueOrThrow({ where: key(first) })
    const pull = () =>
      practice().replication.sync.pull(phone.actor, { client: client.clientId, after: 0, upTo: null })
    await prisma.formDraft.update({ where: key(second), data: { body } })
    await expect(pull()).rejects.toThrow('cannot be opened')
    const flipped = Uint8Array.from(body)
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1
    await prisma.formDraft.update({ where: key(first), data: { body: flipped } })
    await expect(pull()).rejects.toThrow('cannot be opened')
  })
})
