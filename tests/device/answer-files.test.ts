/** Files that answer questions on a device: when they leave, what waits for them, and what becomes of one that was taken away. */
import { randomBytes, randomUUID } from 'node:crypto'
import { filter, firstValueFrom, timeout } from 'rxjs'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { commitDraft } from '../../client/drafts/commit-draft.ts'
import type { AttachmentsView, ChosenFile } from '../../client/replica/file-views.ts'
import { openSocket } from '../../client/transport/socket.ts'
import { PART_BYTES } from '../../shared/domains/documents/limits.ts'
import type { AnswerValue, Draft } from '../../shared/domains/forms/schema.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { DEMO_PASSWORD, signIn } from '../harness/sign-in.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

let portal: RunningPortal
/** Of requests to the clinic that it never answers. */
let isLost = (_path: string) => false
const devices: TestDevice[] = []
beforeAll(async () => {
  portal = await startPortal()
})
afterEach(async () => {
  isLost = () => false
  for (const each of devices.splice(0)) await each[Symbol.asyncDispose]()
})
afterAll(() => portal.close())

const card = (parts: number): ChosenFile => ({
  id: randomUUID(),
  name: 'Card.pdf',
  type: 'application/pdf',
  bytes: new Uint8Array(
    Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes((parts - 1) * PART_BYTES + 77)]),
  ),
})
const device = async (name: string): Promise<TestDevice> => {
  const created = await createTestDevice({
    ...{ url: portal.url, email: 'client@demo.test', password: DEMO_PASSWORD, name },
    network: {
      openSocket,
      fetch: async (input, init) => {
        if (isLost(String(input))) throw new TypeError('the line broke')
        return fetch(input, init)
      },
    },
  })
  devices.push(created)
  await created.settled()
  return created
}
/** A form of everything, asked for anew. */
async function asked(on: TestDevice): Promise<string> {
  const clinician = await signIn(portal.url, 'clinician@demo.test')
  const { clientId } = await signIn(portal.url, 'client@demo.test')
  const made = await clinician.fetch(`/api/v1/staff/clients/${clientId}/forms`, {
    method: 'POST',
    body: { formKey: 'a-bit-of-everything' },
  })
  expect([made.status, made.text]).toEqual([201, expect.any(String)])
  const id = String(made.body.draftId)
  await on.untilDocument('drafts', id, () => true)
  return id
}
const draftOf = async (on: TestDevice, id: string): Promise<Draft> =>
  (await on.db.drafts.findOne(id).exec())?.toMutableJSON() as Draft
async function answer(on: TestDevice, draft: string, key: string, value: AnswerValue | null): Promise<void> {
  const document = await on.db.drafts.findOne(draft).exec()
  await document?.incrementalModify((before: Draft) => {
    const { [key]: _, ...others } = before.answers
    return { ...before, status: 'draft', answers: value === null ? others : { ...others, [key]: value } }
  })
}
/** What the form requires. */
async function answerTheRest(on: TestDevice, draft: string): Promise<void> {
  await answer(on, draft, 'nickname', 'Sam')
  await answer(on, draft, 'sign-here', 'Sam Rivera')
}
async function attach(on: TestDevice, draft: string, file: ChosenFile) {
  const sha256 = await on.session.attachFile({ ...file, draft })
  const value = { file: file.id, name: file.name, type: file.type, bytes: file.bytes.length, sha256 }
  await answer(on, draft, 'a-file', value)
  return value
}
const until = (on: TestDevice, condition: (view: AttachmentsView) => boolean): Promise<AttachmentsView> =>
  firstValueFrom(on.session.attachments$.pipe(filter(condition), timeout(60_000)))
const stored = (id: string) => portal.portal.database.prisma.storedFile.findFirst({ where: { id } })

it('[R58] an answer does not wait for its file; the form that is handed in does, through a device that died and a line that broke', async () => {
  const phone = await device('phone')
  const laptop = await device('laptop')
  const draft = await asked(phone)
  phone.goOffline()
  const file = card(4)
  const value = await attach(phone, draft, file)
  phone.crash()
  await phone.reopen()
  expect(await phone.session.openAttachment(file.id, 'answer')).toMatchObject({ ok: true })
  await answerTheRest(phone, draft)
  const seen = await draftOf(phone, draft)
  const submission = await commitDraft(phone.db, seen, seen.answers, Date.now())
  // The line carries two parts of the file and no more.
  isLost = (path) => path.includes(`${file.id}/parts/2`)
  phone.goOnline()
  await until(phone, (view) => view[file.id]?.up === 2)
  await laptop.untilDocument('drafts', draft, ({ answers }) => Object(answers)['a-file']?.file === file.id)
  const early = await laptop.session.openAttachment(file.id, 'answer')
  expect(early).toMatchObject({ ok: false, reason: 'gone' })
  const { prisma } = portal.portal.database
  expect(await prisma.formSubmission.count({ where: { id: submission } })).toBe(0)
  isLost = () => false
  await phone.untilDocument('submissions', submission, ({ receivedAt }) => receivedAt !== undefined)
  await until(phone, (view) => view[file.id]?.state === 'sent')
  expect(await stored(file.id)).toMatchObject({ state: 'ready', submissionId: submission })
  const opened = await laptop.session.openAttachment(file.id, 'answer')
  expect(opened.ok && Buffer.from(opened.bytes).equals(Buffer.from(file.bytes))).toBe(true)
  await laptop.untilDocument(
    'submissions',
    submission,
    ({ answers }) => Object(answers)['a-file']?.sha256 === value.sha256,
  )
})

it('[R58] a file that was taken away with no network is forgotten by the clinic too, after a restart at the latest', async () => {
  const phone = await device('phone')
  const draft = await asked(phone)
  const file = card(1)
  await attach(phone, draft, file)
  await until(phone, (view) => view[file.id]?.state === 'there')
  // With the device nothing of it would be lost any more.
  await expect
    .poll(() => phone.session.signOut({ force: false }).then((out) => out.ok || out.unsent))
    .toBe(true)
  const again = await device('phone')
  await again.untilDocument('drafts', draft, ({ answers }) => Object(answers)['a-file'] !== undefined)
  const other = card(1)
  await attach(again, draft, other)
  await until(again, (view) => view[other.id]?.state === 'there')
  again.goOffline()
  await answer(again, draft, 'a-file', null)
  await again.session.detachFiles([other.id])
  expect(await again.session.openAttachment(other.id, 'answer')).toMatchObject({ ok: false })
  again.crash()
  await again.reopen()
  expect(await stored(other.id)).not.toBeNull()
  again.goOnline()
  await expect.poll(() => stored(other.id), { timeout: 60_000 }).toBeNull()
})

it('[R58] a form whose file is on no device of theirs is refused, waits for a decision, and goes once the file came', async () => {
  const phone = await device('phone')
  const laptop = await device('laptop')
  const draft = await asked(phone)
  await laptop.untilDocument('drafts', draft, () => true)
  const file = card(2)
  isLost = (path) => path.includes('/answer-files/')
  await attach(phone, draft, file)
  await laptop.untilDocument('drafts', draft, ({ answers }) => Object(answers)['a-file']?.file === file.id)
  await answerTheRest(laptop, draft)
  const seen = await draftOf(laptop, draft)
  const submission = await commitDraft(laptop.db, seen, seen.answers, Date.now())
  const { items } = await laptop.until(({ items }) =>
    items.some(({ documentId, state }) => documentId === submission && state === 'attention'),
  )
  const item = items.find(({ documentId }) => documentId === submission)
  expect(item?.reason).toBe('invalid_answers')
  isLost = () => false
  phone.goOffline()
  phone.goOnline()
  await until(phone, (view) => view[file.id]?.state === 'there')
  await laptop.session.retry(item?.mutation ?? 0)
  await laptop.untilDocument('submissions', submission, ({ receivedAt }) => receivedAt !== undefined)
})
