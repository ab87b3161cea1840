/** Forms through REST: the client fills and submits, the clinician reviews, and the client's device hears of it live. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Draft, FormDefinition, Submission } from '../../shared/domains/forms/schema.ts'
import type { Changes } from '../../shared/protocol/messages.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { connectDevice, helloOf } from '../harness/socket-device.ts'

const FORMS = '/api/v1/portal/forms'
const NOTES = 'Called the client the same day.'

describe.each(['pglite', 'postgres'] as const)('forms through REST, over %s', (database) => {
  let server: RunningPortal
  let client: SignedInDevice
  let clinician: SignedInDevice
  let submission: Submission

  beforeAll(async () => {
    server = await startPortal({ database })
    client = await signIn(server.url, 'client@demo.test')
    clinician = await signIn(server.url, 'clinician@demo.test')
  })
  afterAll(() => server?.close())

  const draftOf = async (formKey: string): Promise<Draft> => {
    const { body } = await client.fetch(FORMS)
    const found = (body.items as Draft[]).find((draft) => draft.formKey === formKey)
    if (found === undefined) throw new Error(`no ${formKey}`)
    return found
  }
  const submit = (draft: Draft, answers: Draft['answers'], submissionId: string = randomUUID()) =>
    client.fetch(`${FORMS}/${draft.id}/submit`, {
      method: 'POST',
      body: { submissionId, definitionId: draft.definitionId, answers, submittedAt: Date.now() },
    })
  /** The highest option of every question that must be answered. */
  const highest = (definition: FormDefinition): Draft['answers'] => {
    interface Item {
      linkId: string
      required?: boolean
      item?: Item[]
      answerOption?: { valueCoding: { system?: string; code: string } }[]
    }
    const answers: Record<string, string> = {}
    const visit = (items: readonly Item[]) => {
      for (const item of items) {
        const coding = item.answerOption?.at(-1)?.valueCoding
        if (item.required && coding !== undefined) answers[item.linkId] = coding.code
        visit(item.item ?? [])
      }
    }
    visit((definition.questionnaire as unknown as { item: Item[] }).item)
    return answers
  }

  it('lists what is to do, without the answers, and opens one with its form', async () => {
    const { body } = await client.fetch(FORMS)
    const items = body.items as Draft[]
    expect(items.map(({ formKey }) => formKey)).toEqual(
      expect.arrayContaining(['initial-intake', 'phq-9', 'gad-7']),
    )
    for (const item of items) expect(item).not.toHaveProperty('answers')
    const draft = await draftOf('phq-9')
    const { status, body: detail } = await client.fetch(`${FORMS}/${draft.id}`)
    expect(status).toBe(200)
    expect(detail).toMatchObject({ draft: { id: draft.id, answers: {} }, definition: { formKey: 'phq-9' } })
    expect((await client.fetch(`${FORMS}/${randomUUID()}`)).status).toBe(404)
  })

  it('[V2.2.2] refuses answers that the form does not accept, by a stable code', async () => {
    const draft = await draftOf('phq-9')
    const answer = await submit(draft, { 'phq9-1': 'not an option' })
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_answers'])
  })

  it('takes a submission once, however often it is sent', async () => {
    const draft = await draftOf('phq-9')
    const { body } = await client.fetch(`${FORMS}/${draft.id}`)
    const answers = highest(body.definition as FormDefinition)
    const id = randomUUID()
    const first = await submit(draft, answers, id)
    expect([first.status, first.text]).toEqual([201, expect.stringContaining('"received"')])
    submission = first.body as unknown as Submission
    expect(submission).toMatchObject({ id, draftId: draft.id, answers, reference: expect.any(String) })
    const second = await submit(draft, answers, id)
    expect(second.body).toEqual(first.body)
    const list = await client.fetch(`${FORMS}/submissions?limit=1`)
    expect(list.body).toMatchObject({ items: [{ id }] })
    expect((await client.fetch(`${FORMS}/submissions/${id}`)).body).toEqual(first.body)
  })

  it('shows the clinician what was sent, flagged, and tells the client’s device of the review', async () => {
    using device = await connectDevice(client)
    await device.ask('hello', helloOf(client))
    const inbox = await clinician.fetch('/api/v1/staff/inbox')
    const item = { submissionId: submission.id, clientId: client.clientId, flagged: true }
    expect(inbox.body.items).toContainEqual(expect.objectContaining(item))
    const path = `/api/v1/staff/submissions/${submission.id}`
    const of = `?client=${client.clientId}`
    const seen = await clinician.fetch(path + of)
    expect(seen.body).toMatchObject({ submission: { id: submission.id, status: 'received' } })
    expect((seen.body.scores as unknown[]).length).toBeGreaterThan(0)

    const review = await clinician.fetch(`${path}/review${of}`, { method: 'POST', body: { notes: NOTES } })
    expect(review.status).toBe(200)
    expect(review.body).toMatchObject({ reviewNotes: NOTES, submission: { status: 'reviewed' } })
    const { rows } = (await device.next('changes')) as Changes
    expect(JSON.stringify(rows)).toContain('reviewed')
    expect(JSON.stringify(rows)).not.toContain(NOTES)
    const after = await clinician.fetch('/api/v1/staff/inbox')
    expect(JSON.stringify(after.body)).not.toContain(submission.id)
  })

  it('shows answers to the clinician only, and to nobody of another client', async () => {
    const path = `/api/v1/staff/submissions/${submission.id}?client=${client.clientId}`
    for (const email of ['desk@demo.test', 'admin@demo.test']) {
      const staff = await signIn(server.url, email)
      expect((await staff.fetch(path)).body.code).toBe('not_permitted')
      expect((await staff.fetch('/api/v1/staff/inbox')).body.code).toBe('not_permitted')
      expect((await staff.fetch('/api/v1/staff/clients')).status).toBe(200)
    }
    // By pages, each client once.
    const desk = await signIn(server.url, 'desk@demo.test')
    const read = async (query: string) => {
      const { body } = await desk.fetch(`/api/v1/staff/clients?${query}`)
      return body as { items: { clientId: string }[]; next: string | null }
    }
    const all = (await read('limit=100')).items.map((one) => one.clientId)
    expect(all.length).toBeGreaterThan(2)
    const paged: string[] = []
    for (let next: string | null = ''; next !== null; ) {
      const page = await read(next === '' ? 'limit=1' : `limit=1&cursor=${next}`)
      paged.push(...page.items.map((one) => one.clientId))
      next = page.next
    }
    expect(paged).toEqual(all)
    const other = await signIn(server.url, 'client2@demo.test')
    expect((await other.fetch(`${FORMS}/submissions/${submission.id}`)).status).toBe(404)
    expect((await other.fetch(`${FORMS}/submissions?client=${client.clientId}`)).status).toBe(404)
  })

  it('lets the clinician assign a form, which arrives on the device', async () => {
    using device = await connectDevice(client)
    await device.ask('hello', helloOf(client))
    const path = `/api/v1/staff/clients/${client.clientId}/forms`
    const answer = await clinician.fetch(path, { method: 'POST', body: { formKey: 'gad-7' } })
    expect(answer.status).toBe(201)
    expect(JSON.stringify(await device.next('changes'))).toContain(answer.body.draftId)
    expect((await clinician.fetch(path, { method: 'POST', body: { formKey: 'none' } })).status).toBe(404)
  })
})
