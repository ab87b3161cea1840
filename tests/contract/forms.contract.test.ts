/** Submissions over both databases: submitting, against late edits, amendments, review. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Draft, Submission } from '../../shared/domains/forms/schema.ts'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { PushAnswer } from '../../shared/protocol/messages.ts'
import { OUTCOMES } from '../../shared/protocol/terms.ts'
import { describeOverDatabases, expectOk, type TestDevice, usePractice } from '../harness/practice.ts'

const outcome = (answer: PushAnswer, index = 0) => {
  const item = answer.answers[index]
  return item && (item[4] ?? OUTCOMES[item[1]])
}

const expression = (kind: string, text: string) => ({
  extension: [
    {
      url: `http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-${kind}`,
      valueExpression: { language: 'text/fhirpath', expression: text },
    },
  ],
})
const SUM = "%resource.item.where(linkId = 'sum').answer.value"
const summed = {
  resourceType: 'Questionnaire',
  title: 'Summed',
  item: [
    { linkId: 'a', type: 'integer' },
    { linkId: 'b', type: 'integer', ...expression('initialExpression', '1 + 1') },
    {
      linkId: 'sum',
      type: 'integer',
      ...expression(
        'calculatedExpression',
        "%resource.item.where(linkId = 'a' or linkId = 'b').answer.value.sum()",
      ),
    },
    { linkId: 'small', type: 'string', ...expression('enableWhenExpression', `${SUM} < 3`) },
    { linkId: 'large', type: 'string', ...expression('enableWhenExpression', `${SUM} >= 3`) },
  ],
}

describeOverDatabases('forms', (open) => {
  const practice = usePractice(open)
  const setUp = async () => {
    const client = await practice().client()
    const draftId = await practice().assign(client.clientId)
    const phone = await practice().device(client, 'Phone')
    const tablet = await practice().device(client, 'Tablet')
    const draft = async (id = draftId) =>
      (await practice().document(phone, 'drafts', id)) as unknown as Draft | undefined
    return { client, draftId, phone, tablet, draft }
  }
  const submission = (
    draftId: string,
    answers: Draft['answers'],
    draftRev: number,
    at = practice().clock.time,
  ) => ({
    id: randomUUID(),
    collection: 'submissions' as const,
    baseRev: 0,
    at,
    fields: { draftId, definitionId: practice().definitionId, answers, submittedAt: at, draftRev },
  })
  const submitted = async (device: TestDevice, id: string) =>
    (await practice().document(device, 'submissions', id)) as unknown as Submission | undefined
  const amendments = async (clientId: string, device: TestDevice, of: string) => {
    const rows = await practice().database.prisma.formDraft.findMany({ where: { clientId, amends: of } })
    return Promise.all(
      rows.map(async ({ id }) => (await practice().document(device, 'drafts', id)) as unknown as Draft),
    )
  }

  it('[M17] what a device with a fast clock writes after its own submission becomes an amendment', async () => {
    const { client, draftId, phone } = await setUp()
    const at = practice().clock.time + 600_000
    const sent = submission(draftId, { mood: 'first' }, 1, at)
    const answer = await phone.push(
      { id: draftId, baseRev: 1, at: at - 5_000, fields: { 'answers/mood': 'first' } },
      sent,
      { id: draftId, baseRev: 1, at: at + 30_000, fields: { 'answers/mood': 'after it was sent' } },
    )
    expect(answer.answers.map((_, index) => outcome(answer, index))).toEqual(['ok', 'ok', 'merged'])
    const [amendment] = await amendments(client.clientId, phone, sent.id)
    expect(amendment?.answers).toEqual({ mood: 'after it was sent' })
  })

  it('a submission is checked, received with a number, and closes its draft', async () => {
    const { client, draftId, phone, draft } = await setUp()
    const offer = submission(draftId, { mood: 'fine', sleep: 7 }, 2)
    const answer = await phone.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'fine' } }, offer)
    expect([outcome(answer, 0), outcome(answer, 1)]).toEqual(['ok', 'ok'])
    expect(await submitted(phone, offer.id)).toMatchObject({
      draftId,
      status: 'received',
      formKey: 'small',
      answers: { mood: 'fine', sleep: 7 },
      receivedAt: practice().clock.time,
      reference: expect.stringMatching(/^[2-9A-Z]{4}-[2-9A-Z]{4}$/),
    })
    expect(await draft()).toMatchObject({ status: 'submitted', submissionId: offer.id })
    expect(answer.changes.rows.map((row) => row[0]).sort()).toEqual([
      COLLECTIONS.drafts.number,
      COLLECTIONS.submissions.number,
    ])
    const row = await practice().database.prisma.formSubmission.findUniqueOrThrow({
      where: { clientId_id: { clientId: client.clientId, id: offer.id } },
    })
    expect(row).toMatchObject({ ip: '192.0.2.1', userAgent: 'test', status: 'received', flagged: false })
  })

  it('[V2.2.3] invalid answers are quarantined, the draft stays open', async () => {
    const { draftId, phone, draft } = await setUp()
    const missing = await phone.push(submission(draftId, { sleep: 7 }, 1))
    expect(outcome(missing)).toBe('invalid_answers')
    const foreign = await phone.push({
      ...submission(draftId, { mood: 'x' }, 1),
      fields: { status: 'reviewed' },
    })
    expect(outcome(foreign)).toBe('invalid_document')
    expect((await draft())?.status).toBe('assigned')
  })

  it("a new draft starts with what its form prefills, and calculated answers are the server's alone", async () => {
    const { client, phone } = await setUp()
    const { prisma } = practice().database
    const { practiceId } = await prisma.form.findFirstOrThrow()
    const form = { key: `summed-${randomUUID()}`, kind: 'custom' as const, title: 'Summed' }
    const { id: formId } = await prisma.form.create({ data: { ...form, id: randomUUID(), practiceId } })
    const definitionId = randomUUID()
    const questionnaire = summed as unknown as object
    await prisma.formVersion.create({
      data: { id: definitionId, formId, version: 1, title: form.title, questionnaire },
    })
    const admin = await practice().account('admin')
    const assigned = await practice().forms.assignForm(admin, {
      clientId: client.clientId,
      formKey: form.key,
    })
    const { draftId } = expectOk(assigned)
    expect(await practice().document(phone, 'drafts', draftId)).toMatchObject({ answers: { b: 2 } })
    const offer = submission(draftId, { a: 1, b: 2, sum: 99, small: 'hidden', large: 'asked' }, 1)
    const sent = { ...offer, fields: { ...offer.fields, definitionId } }
    expect(outcome(await phone.push(sent))).toBe('ok')
    expect((await submitted(phone, sent.id))?.answers).toEqual({ a: 1, b: 2, sum: 3, large: 'asked' })
  })

  it('[M16] an answer the submitter had not seen becomes an amendment draft', async () => {
    const { client, draftId, phone, tablet } = await setUp()
    await tablet.push({ id: draftId, baseRev: 1, fields: { 'answers/sleep': 4 } })
    const offer = submission(draftId, { mood: 'fine', sleep: 8 }, 1)
    const answer = await phone.push(offer)
    expect(outcome(answer)).toBe('ok')
    expect((await submitted(phone, offer.id))?.answers).toEqual({ mood: 'fine', sleep: 8 })
    const [amendment, ...more] = await amendments(client.clientId, phone, offer.id)
    expect(more).toEqual([])
    expect(amendment).toMatchObject({
      status: 'draft',
      amends: offer.id,
      answers: { mood: 'fine', sleep: 4 },
    })
    expect(answer.changes.rows.some((row) => row[1] === amendment?.id && row[3] === 0)).toBe(true)
  })

  it('[M17] an edit that arrives after the submission goes to the amendment, one that is equal does not', async () => {
    const { client, draftId, phone, tablet, draft } = await setUp()
    const offer = submission(draftId, { mood: 'fine', sleep: 8 }, 1)
    await phone.push(offer)
    const equal = await tablet.push({ id: draftId, baseRev: 1, fields: { 'answers/sleep': 8 } })
    expect(outcome(equal)).toBe('ok')
    expect(await amendments(client.clientId, phone, offer.id)).toEqual([])
    const late = await tablet.push(
      { id: draftId, baseRev: 1, fields: { 'answers/sleep': 4 } },
      { id: draftId, baseRev: 1, fields: { 'answers/story': 'Later.' } },
    )
    expect(outcome(late)).toBe('merged')
    const made = await amendments(client.clientId, phone, offer.id)
    expect(made).toMatchObject([{ amends: offer.id, answers: { mood: 'fine', sleep: 4, story: 'Later.' } }])
    expect(await draft()).toMatchObject({ status: 'submitted' })
    // The writer is told what its edits became: the draft as it is, and the amendment.
    expect(new Set(late.changes.rows.map((row) => row[1]))).toEqual(new Set([draftId, made[0]?.id]))
  })

  it('[P15] [M17] a writer whose late edits moved the amendment on is led over them to its own edit of it', async () => {
    const { client, draftId, phone, tablet } = await setUp()
    await phone.push(submission(draftId, { mood: 'fine' }, 1))
    await phone.push({ id: draftId, baseRev: 1, fields: { 'answers/story': 'Later.' } })
    const { id = '' } =
      (await practice().database.prisma.formDraft.findFirst({
        where: { clientId: client.clientId, amends: { not: null } },
      })) ?? {}
    const mood = (value: string) => ({ 'answers/mood': value })
    const { answers, changes } = await tablet.push(
      { id: draftId, baseRev: 1, fields: mood('one') },
      { id: draftId, baseRev: 1, fields: mood('two') },
      { id, baseRev: 1, fields: mood('three') },
    )
    const rev = answers[2]?.[2]
    expect(rev).toBe(4)
    // Its own edit is no news; that two revisions lie before it is.
    expect(changes.rows.find((row) => row[1] === id)?.slice(0, 6)).toEqual([
      COLLECTIONS.drafts.number,
      id,
      rev,
      1,
      [],
      1,
    ])
  })

  it('[M17] an older edit of the submitting device that arrives late changes nothing and is kept', async () => {
    const { client, draftId, phone } = await setUp()
    const offer = submission(draftId, { mood: 'final' }, 1)
    await phone.push(offer)
    const late = await phone.push({
      id: draftId,
      baseRev: 1,
      at: practice().clock.time - 5_000,
      fields: { 'answers/mood': 'first thought' },
    })
    expect(outcome(late)).toBe('ok')
    expect(await amendments(client.clientId, phone, offer.id)).toEqual([])
    const kept = await practice().database.prisma.fieldHistory.findMany({ where: { documentId: draftId } })
    expect(kept.map(({ kind }) => kind)).toContain('lost')
  })

  it('[M18] a second submission of the same draft is accepted as an amendment of the first', async () => {
    const { draftId, phone, tablet } = await setUp()
    const first = submission(draftId, { mood: 'phone' }, 1)
    const second = submission(draftId, { mood: 'tablet' }, 1)
    await phone.push(first)
    expect(outcome(await tablet.push(second))).toBe('ok')
    expect(await submitted(phone, second.id)).toMatchObject({ amends: first.id, answers: { mood: 'tablet' } })
    expect(await submitted(phone, first.id)).toMatchObject({ answers: { mood: 'phone' } })
  })

  it('the same submission under another number has no second effect; another one cannot take its id', async () => {
    const { draftId, phone, tablet } = await setUp()
    const offer = submission(draftId, { mood: 'fine' }, 1)
    await phone.push(offer)
    expect(outcome(await phone.push(offer))).toBe('duplicate')
    const other = submission(draftId, { mood: 'other' }, 1)
    expect(outcome(await tablet.push({ ...other, id: offer.id }))).toBe('already_exists')
  })

  it('REST submits through the same path and gets the same answer twice', async () => {
    const { client, draftId, phone } = await setUp()
    const form = {
      clientId: client.clientId,
      draftId,
      submissionId: randomUUID(),
      definitionId: practice().definitionId,
      answers: { mood: 'by REST' },
      submittedAt: practice().clock.time,
    }
    const sent = expectOk(await practice().forms.submitForm(phone.actor, form))
    expect(sent).toMatchObject({ status: 'received', answers: { mood: 'by REST' } })
    expect(expectOk(await practice().forms.submitForm(phone.actor, form))).toEqual(sent)
    const listed = expectOk(
      await practice().forms.listSubmissions(phone.actor, client.clientId, { limit: 1 }),
    )
    expect(listed).toEqual({ items: [sent], next: null })
    expect(await practice().forms.submitForm(phone.actor, { ...form, answers: {} })).toMatchObject({
      error: { code: 'already_exists' },
    })
  })

  it('the assigned clinician sees and reviews it, the devices hear of it, nobody else of the staff can', async () => {
    const { client, draftId, phone, tablet } = await setUp()
    const { staff, database } = practice()
    const at = practice().clock.time
    await phone.push({ id: draftId, baseRev: 1, at: at - 2, fields: { 'answers/mood': 'before' } })
    await tablet.push({ id: draftId, baseRev: 1, at: at - 1, fields: { 'answers/mood': 'after' } })
    const offer = submission(draftId, { mood: 'after' }, 3)
    await phone.push(offer)
    const clinician = await practice().account('clinician')
    const desk = await practice().account('front-desk')
    for (const actor of [clinician, desk])
      expect(await staff.submission(actor, client.clientId, offer.id)).toMatchObject({
        error: { code: 'not_found' },
      })
    expect(expectOk(await staff.inbox(clinician)).items).toEqual([])
    expect(await staff.inbox(desk)).toMatchObject({ error: { code: 'not_permitted' } })

    await database.prisma.clinicianAssignment.create({
      data: { clientId: client.clientId, accountId: clinician.accountId },
    })
    const inbox = expectOk(await staff.inbox(clinician))
    expect(inbox.items).toMatchObject([
      { submissionId: offer.id, clientId: client.clientId, title: 'Small form' },
    ])
    const seen = expectOk(await staff.submission(clinician, client.clientId, offer.id))
    expect(seen.history.mood).toMatchObject([{ value: 'before', kind: 'lost', deviceName: 'Phone' }])

    practice().announced.length = 0
    const review = { clientId: client.clientId, submissionId: offer.id, notes: 'Called back.' }
    expect(expectOk(await staff.review(clinician, review))).toMatchObject({
      reviewNotes: 'Called back.',
      submission: { status: 'reviewed', reviewerName: clinician.name },
    })
    const [announcement] = practice().announced
    expect(announcement).toMatchObject({ origin: null, changes: { client: client.clientId } })
    expect(JSON.stringify(announcement)).toContain('reviewed')
    expect(JSON.stringify(announcement)).not.toContain('Called back.')
    expect(await staff.review(clinician, review)).toMatchObject({ error: { code: 'wrong_state' } })
    expect(expectOk(await staff.inbox(clinician)).items).toEqual([])
  })

  it('given back for more, it opens a correction with the answers as they were, and says what is meant', async () => {
    const { client, draftId, phone } = await setUp()
    const { clientId } = client
    const { staff } = practice()
    const clinician = await practice().account('clinician')
    await practice().database.prisma.clinicianAssignment.create({
      data: { clientId, accountId: clinician.accountId },
    })
    const offer = submission(draftId, { mood: 'fine' }, 1)
    await phone.push(offer)
    const asks = { note: 'How long has that been so?', questions: ['mood'] }
    const review = { clientId, submissionId: offer.id, notes: 'Too short.', asks }
    expect(expectOk(await staff.review(clinician, review)).submission).toMatchObject({
      status: 'reviewed',
      returned: { ...asks, at: practice().clock.time },
    })
    expect(expectOk(await staff.inbox(clinician)).items).toEqual([])
    const [correction] = await amendments(clientId, phone, offer.id)
    expect(correction).toMatchObject({ status: 'draft', answers: { mood: 'fine' }, amends: offer.id })
    expect(await submitted(phone, offer.id)).toMatchObject({ returned: asks, answers: { mood: 'fine' } })
    expect(JSON.stringify(await submitted(phone, offer.id))).not.toContain('Too short.')
    expect(await staff.review(clinician, review)).toMatchObject({ error: { code: 'wrong_state' } })

    practice().clock.time += 1_000
    const second = submission(correction?.id ?? '', { mood: 'fine for a week' }, 1)
    expect(outcome(await phone.push(second))).toBe('ok')
    const seen = expectOk(await staff.submission(clinician, clientId, second.id))
    expect(seen.submission).toMatchObject({ amends: offer.id, answers: { mood: 'fine for a week' } })
    expect(seen.previous).toMatchObject({ id: offer.id, answers: { mood: 'fine' } })
    expect(seen.earlierScores).toEqual([{ id: offer.id, submittedAt: expect.any(Number), scores: [] }])
    const first = expectOk(await staff.submission(clinician, clientId, offer.id))
    expect(first).toMatchObject({ previous: null, earlierScores: [] })
  })

  it('what is given back while the client corrects it goes on in the same draft', async () => {
    const { client, draftId, phone, tablet } = await setUp()
    const { clientId } = client
    const clinician = await practice().account('clinician')
    await practice().database.prisma.clinicianAssignment.create({
      data: { clientId, accountId: clinician.accountId },
    })
    const offer = submission(draftId, { mood: 'fine' }, 1)
    await phone.push(offer)
    await tablet.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'not fine' } })
    const review = { clientId, submissionId: offer.id, asks: { note: 'Which is it?', questions: [] } }
    expectOk(await practice().staff.review(clinician, review))
    const corrections = await amendments(clientId, phone, offer.id)
    expect(corrections).toMatchObject([{ answers: { mood: 'not fine' } }])
  })
})
