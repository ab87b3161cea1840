/** Forms with much text in them, against the real server: what is handed in arrives whole. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { AnswersTooLong, commitDraft } from '../../client/drafts/commit-draft.ts'
import type { Answers, Draft } from '../../shared/domains/forms/schema.ts'
import { signIn } from '../harness/sign-in.ts'
import { answer, demoDevices } from './demo-devices.ts'
import type { TestDevice } from './test-device.ts'

const demo = demoDevices()
const { device } = demo
const KEYS = Array.from({ length: 50 }, (_, index) => `story-${index}`)
const FORM = {
  resourceType: 'Questionnaire',
  status: 'active',
  title: 'The whole story',
  item: KEYS.map((linkId) => ({ linkId, text: linkId, type: 'text' })),
}

/** A form of many long texts, asked for anew. */
async function asked(on: TestDevice): Promise<string> {
  const { prisma } = demo.portal.portal.database
  const { practiceId } = await prisma.portalAccount.findUniqueOrThrow({
    where: { email: 'client@demo.test' },
  })
  const formKey = `story-${randomUUID()}`
  const id = randomUUID()
  await prisma.form.create({ data: { id, practiceId, key: formKey, kind: 'custom', title: FORM.title } })
  await prisma.formVersion.create({
    data: { id: randomUUID(), formId: id, version: 1, title: FORM.title, questionnaire: FORM },
  })
  const clinician = await signIn(demo.portal.url, 'clinician@demo.test')
  const { clientId } = await signIn(demo.portal.url, 'client@demo.test')
  const path = `/api/v1/staff/clients/${clientId}/forms`
  const made = await clinician.fetch(path, { method: 'POST', body: { formKey } })
  expect([made.status, made.text]).toEqual([201, expect.any(String)])
  const draft = String(made.body.draftId)
  await on.untilDocument('drafts', draft, () => true)
  return draft
}
const long = (keys: readonly string[], length: number): Answers =>
  Object.fromEntries(keys.map((key) => [key, `${key} ${'ä “quoted” line\n'.repeat(length / 16)}`]))
const draftOf = async (on: TestDevice, id: string): Promise<Draft> =>
  (await on.db.drafts.findOne(id).exec(true)).toMutableJSON() as Draft
const submit = async (on: TestDevice, id: string): Promise<string> => {
  const draft = await draftOf(on, id)
  return commitDraft(on.db, draft, draft.answers, Date.now())
}
const refused = (on: TestDevice) => on.sync.items.filter(({ state }) => state === 'attention')

it.each([
  ['typed with no network', true],
  ['sent at once', false],
])('[R61] a form with 200 kB of answers is handed in whole, %s', async (_, isOffline) => {
  const phone = await device('phone')
  const tablet = await device('tablet')
  const id = await asked(phone)
  if (isOffline) phone.goOffline()
  const answers = long(KEYS.slice(0, 11), 18_000)
  for (const [key, text] of Object.entries(answers)) await answer(phone, id, { [key]: text })
  const submission = await submit(phone, id)
  if (isOffline) phone.goOnline()
  await phone.settled()
  expect(refused(phone)).toEqual([])
  const arrived = ({ status }: { readonly [key: string]: unknown }) => status === 'received'
  await phone.untilDocument('submissions', submission, arrived)
  await tablet.untilDocument('submissions', submission, arrived)
  const found = await tablet.db.submissions.findOne(submission).exec(true)
  expect(found.toJSON().answers).toEqual(answers)
  expect((await draftOf(phone, id)).status).toBe('submitted')
})

it('[R61] a form just below the limit arrives, and one above it is told of before anything is handed in', async () => {
  const phone = await device('phone')
  const tablet = await device('tablet')
  const id = await asked(phone)
  const answers = long(KEYS.slice(0, 49), 14_500)
  expect(Buffer.byteLength(JSON.stringify(answers))).toBeGreaterThan(970_000)
  await answer(phone, id, answers)
  await answer(phone, id, long(KEYS.slice(49), 19_900))
  await expect(submit(phone, id)).rejects.toBeInstanceOf(AnswersTooLong)
  expect(await phone.db.submissions.find({ selector: { draftId: id } }).exec()).toEqual([])
  await answer(phone, id, { [KEYS[49] ?? '']: 'short' })
  const submission = await submit(phone, id)
  await phone.settled()
  expect(refused(phone)).toEqual([])
  await tablet.untilDocument('submissions', submission, ({ status }) => status === 'received')
  const found = await tablet.db.submissions.findOne(submission).exec(true)
  expect(found.toJSON().answers).toEqual({ ...answers, [KEYS[49] ?? '']: 'short' })
})
