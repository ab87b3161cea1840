/** Files that answer questions: whose they are before and after the form was handed in, and what becomes of the rest. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { PART_BYTES } from '../../shared/domains/documents/limits.ts'
import type { Answers } from '../../shared/domains/forms/schema.ts'
import { createAttachments } from '../../sync-server/modules/documents/attachments.ts'
import { sweepFiles } from '../../sync-server/modules/documents/file-sweep.ts'
import { writeAssignment } from '../../sync-server/modules/forms/assign-form.ts'
import { createExports } from '../../sync-server/modules/forms/exports.ts'
import type { Actor } from '../../sync-server/replication/actor.ts'
import { writersOf } from '../../sync-server/replication/client-access-store.ts'
import { createTestFiles, partsOfContent, pdfOf, sha256Of } from '../harness/files.ts'
import { describeOverDatabases, expectOk, usePractice } from '../harness/practice.ts'

const FORM = {
  resourceType: 'Questionnaire',
  status: 'active',
  title: 'Insurance card',
  item: [
    { linkId: 'card', text: 'A photo of your card', type: 'attachment' },
    { linkId: 'note', text: 'Anything else?', type: 'string' },
  ],
}
const DAY = 24 * 3_600_000
const code = (result: { readonly ok: boolean; readonly error?: { readonly code: string } }) =>
  result.ok ? 'ok' : result.error?.code

describeOverDatabases('files of answers', (open) => {
  const practice = usePractice(open)
  const setUp = async () => {
    const { prisma } = practice().database
    const formKey = `card-${randomUUID()}`
    const { practiceId } = await practice().account('admin')
    const formId = randomUUID()
    const definitionId = randomUUID()
    await prisma.form.create({
      data: { id: formId, practiceId, key: formKey, kind: 'custom', title: 'Card' },
    })
    await prisma.formVersion.create({
      data: { id: definitionId, formId, version: 1, title: 'Card', questionnaire: FORM },
    })
    const client = await practice().client('Ana')
    const phone = await practice().device(client, 'Phone')
    const { clientId } = client
    const clinician = await practice().account('clinician')
    await prisma.clinicianAssignment.create({ data: { clientId, accountId: clinician.accountId } })
    const deps = {
      database: practice().database,
      replication: practice().replication,
      clock: { now: () => practice().clock.time },
    }
    const assign = async () => {
      const done = await deps.replication.commit({
        actor: clinician,
        clientId,
        action: 'forms.assign',
        permit: ['assigned-clinician'],
        onDevice: false,
        run: (session) => writeAssignment(session, clinician, { clientId, formKey }),
      })
      return expectOk(done).value.draftId
    }
    const draft = await assign()
    const parts = await createTestFiles(deps)
    const files = createAttachments(
      { ...deps, files: parts.files },
      { permit: writersOf('forms'), audit: 'answer-files', purpose: 'answer' },
    )
    const begin = (content: Uint8Array, id: string, by: Actor = phone.actor, of = draft) =>
      files.begin(by, clientId, {
        ...{ id, name: 'Card.pdf', bytes: content.length, sha256: sha256Of(content), draft: of },
      })
    const upload = async (content: Uint8Array, of = draft) => {
      const id = randomUUID()
      expectOk(await begin(content, id, phone.actor, of))
      for (const [part, bytes] of partsOfContent(content).entries())
        expectOk(await files.append(phone.actor, clientId, { id, part, bytes }))
      expectOk(await files.finish(phone.actor, clientId, id))
      return answerOf(id, content)
    }
    const submit = (answers: Answers, of = draft) =>
      practice().forms.submitForm(phone.actor, {
        ...{ clientId, draftId: of, submissionId: randomUUID(), definitionId, answers },
        submittedAt: practice().clock.time,
      })
    const read = async (id: string, by: Actor, side = parts.forClients) => {
      const asker = { actor: by, sessionId: randomUUID() }
      const link = await side.link(asker, { clientId, id, action: 'answer-files.download' })
      if (!link.ok) return code(link)
      const opened = expectOk(await side.open(asker, link.value.url.split('/').at(-1) ?? ''))
      const found: Uint8Array[] = []
      for await (const part of parts.files.content(opened.file)) found.push(part)
      return Buffer.concat(found)
    }
    const sweep = () => sweepFiles({ ...deps, store: parts.store })
    const ids = async () => (await prisma.storedFile.findMany({ where: { clientId } })).map(({ id }) => id)
    const staff = { clinician, forStaff: parts.forStaff }
    return {
      ...{ ...deps, ...staff, prisma, client, clientId, phone, draft, assign },
      files,
      begin,
      upload,
      submit,
      read,
      sweep,
      ids,
    }
  }
  const answerOf = (file: string, content: Uint8Array) => ({
    ...{ file, name: 'Card.pdf', type: 'application/pdf', bytes: content.length, sha256: sha256Of(content) },
  })

  it('are the client’s alone until the form is handed in, and then theirs too who review it', async () => {
    const { upload, submit, read, phone, clinician, forStaff, clientId, prisma } = await setUp()
    const content = pdfOf(PART_BYTES + 99)
    const answer = await upload(content)
    const helper = await practice().account('proxy')
    const grant = (scopes: string[]) =>
      prisma.accessGrant.upsert({
        where: { clientId_accountId: { clientId, accountId: helper.accountId } },
        create: { clientId, accountId: helper.accountId, scopes },
        update: { scopes },
      })
    expect(content.equals((await read(answer.file, phone.actor)) as Uint8Array)).toBe(true)
    expect(await read(answer.file, clinician, forStaff)).toBe('not_found')
    await grant(['forms:read'])
    expect(await read(answer.file, helper)).toBe('not_found')
    await grant(['forms:write'])
    expect(content.equals((await read(answer.file, helper)) as Uint8Array)).toBe(true)

    const sent = expectOk(await submit({ card: answer }))
    expect(sent.answers).toEqual({ card: answer })
    await grant(['forms:read'])
    for (const [who, side] of [
      [phone.actor, undefined],
      [helper, undefined],
      [clinician, forStaff],
    ] as const)
      expect(content.equals((await read(answer.file, who, side)) as Uint8Array)).toBe(true)
    await grant(['messages:write'])
    expect(await read(answer.file, helper)).toBe('not_found')
    expect(await read(answer.file, await practice().account('front-desk'), forStaff)).toBe('not_found')
    const other = await practice().client('Ben')
    expect(await read(answer.file, (await practice().device(other, 'Phone')).actor)).toBe('not_found')
  })

  it('a form that names a file which is not there, or is another one, is refused, and nothing is bound', async () => {
    const { upload, submit, begin, phone, clientId, files } = await setUp()
    const content = pdfOf(300)
    const answer = await upload(content)
    const other = await setUp()
    const foreign = await other.upload(content)
    const half = randomUUID()
    expectOk(await begin(content, half))
    for (const wrong of [
      { ...answer, bytes: 299 },
      { ...answer, type: 'image/png' },
      { ...answer, sha256: '0'.repeat(64) },
      answerOf(randomUUID(), content),
      answerOf(half, content),
      foreign,
      { ...answer, file: 'nothing' },
      { file: answer.file },
    ])
      expect(code(await submit({ card: wrong }))).toBe('invalid_answers')
    // Nobody handed it in: it can still be taken back.
    expectOk(await files.cancel(phone.actor, clientId, answer.file))
    expect(code(await submit({ card: answer }))).toBe('invalid_answers')
  })

  it('a correction names the same file again, and what was handed in stays', async () => {
    const { upload, submit, files, phone, clientId, read } = await setUp()
    const answer = await upload(pdfOf(400))
    expectOk(await submit({ card: answer }))
    expectOk(await submit({ card: answer, note: 'the other side is empty' }))
    expect(code(await files.cancel(phone.actor, clientId, answer.file))).toBe('not_found')
    expect(await read(answer.file, phone.actor)).toHaveLength(400)
  })

  it('belong to a form of the client’s, so many at most', async () => {
    const { begin, prisma, draft, ids, clientId } = await setUp()
    const other = await setUp()
    const content = pdfOf(20)
    expect(code(await begin(content, randomUUID(), undefined, randomUUID()))).toBe('not_found')
    expect(code(await begin(content, randomUUID(), undefined, other.draft))).toBe('not_found')
    expectOk(await begin(content, randomUUID()))
    const [row] = await prisma.storedFile.findMany({ where: { clientId } })
    if (row === undefined) throw new Error('It was just begun.')
    await prisma.storedFile.createMany({
      data: Array.from({ length: 200 }, () => ({
        ...row,
        id: randomUUID(),
        place: randomUUID(),
        state: 'ready',
      })),
    })
    expect(code(await begin(content, randomUUID()))).toBe('rate_limited')
    expect((await ids()).length).toBe(201)
    expect(row.draftId).toBe(draft)
  })

  it('stay as long as their form is open, and go when it was handed in without them', async () => {
    const { upload, submit, assign, sweep, ids } = await setUp()
    const [taken, left] = [await upload(pdfOf(300)), await upload(pdfOf(301))]
    practice().clock.time += 60 * DAY
    await sweep()
    expect((await ids()).toSorted()).toEqual([taken.file, left.file].toSorted())
    const again = await assign()
    expectOk(await submit({ card: taken }))
    // The client has the same form open once more: what was not handed in may be moved there.
    await sweep()
    expect(await ids()).toHaveLength(2)
    expectOk(await submit({ note: 'none' }, again))
    await sweep()
    expect(await ids()).toEqual([taken.file])
  })

  it('the other answer of a question with two keeps its file', async () => {
    const { upload, phone, client, draft, submit, ids, sweep, read, clinician, forStaff } = await setUp()
    const laptop = await practice().device(client, 'Laptop')
    const [first, second] = [await upload(pdfOf(300)), await upload(pdfOf(301))]
    await phone.push({ id: draft, baseRev: 1, fields: { 'answers/card': first } })
    await laptop.push({ id: draft, baseRev: 1, fields: { 'answers/card': second } })
    const stored = (await practice().document(phone, 'drafts', draft)) as {
      answers: { card: typeof first }
      contested: { card: readonly { value: typeof first }[] }
    }
    expect(stored.contested.card).toHaveLength(1)
    const loser = stored.contested.card[0]?.value.file ?? ''
    expectOk(await submit(stored.answers))
    practice().clock.time += 60 * DAY
    await sweep()
    expect((await ids()).toSorted()).toEqual([first.file, second.file].toSorted())
    expect((await read(loser, clinician, forStaff))?.length).toBeGreaterThan(200)
  })

  it('stand in the exports by name and size, and as an Attachment', async () => {
    const { upload, submit, replication, phone, clientId } = await setUp()
    const answer = await upload(pdfOf(2_000))
    const { id } = expectOk(await submit({ card: answer }))
    const wanted = { clientId, submissionId: id }
    const exports = createExports({ replication }, 'client')
    expect(expectOk(await exports.fhir(phone.actor, wanted)).item).toMatchObject([
      {
        linkId: 'card',
        answer: [
          {
            valueAttachment: {
              ...{ contentType: 'application/pdf', url: `urn:uuid:${answer.file}`, size: 2_000 },
              ...{ hash: answer.sha256, title: 'Card.pdf' },
            },
          },
        ],
      },
    ])
    expect(expectOk(await exports.pdf(phone.actor, wanted, 'en')).length).toBeGreaterThan(1_000)
  })
})
