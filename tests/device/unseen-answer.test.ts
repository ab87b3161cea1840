/** A submission against the real server never passes over an answer that nobody has looked at. SPEC: client/replica/SPEC.md, R6. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commitDraft } from '../../client/drafts/commit-draft.ts'
import { isDraftMoved } from '../../client/replica/seen-draft.ts'
import type { Draft } from '../../shared/domains/forms/schema.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { DEMO_PASSWORD } from '../harness/sign-in.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

let portal: RunningPortal
beforeAll(async () => {
  portal = await startPortal()
})
afterAll(() => portal.close())

const device = async (name: string) => {
  const created = await createTestDevice({
    url: portal.url,
    email: 'client@demo.test',
    password: DEMO_PASSWORD,
    name,
    collections: ['drafts', 'submissions'],
  })
  await created.settled()
  return created
}
const answer = async (on: TestDevice, id: string, answers: Draft['answers']) =>
  (await on.db.drafts.findOne(id).exec(true)).incrementalModify((data) => ({
    ...data,
    status: 'draft' as const,
    answers: { ...data.answers, ...answers },
  }))

it('[R6] [M16] is not handed in over an answer that came after the page was shown', async () => {
  await using phone = await device('phone')
  await using tablet = await device('tablet')
  const shown = async () =>
    (await phone.db.drafts.findOne({ selector: { formKey: 'phq-9' } }).exec(true)).toMutableJSON()
  const { id } = await shown()
  const all = Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [`phq9-${n}`, 'LA6568-5']))
  await answer(phone, id, all)
  await phone.settled()
  const checked = await shown()

  await answer(tablet, id, { 'phq9-9': 'LA6569-3' })
  await tablet.settled()
  await phone.untilDocument(
    'drafts',
    id,
    ({ answers }) => (answers as Draft['answers'])['phq9-9'] === 'LA6569-3',
  )
  const refused = await commitDraft(phone.db, checked, checked.answers, Date.now()).catch((error) => error)
  expect(isDraftMoved(refused)).toBe(true)
  expect(await phone.db.submissions.find().exec()).toEqual([])

  const again = await shown()
  const submission = await commitDraft(phone.db, again, again.answers, Date.now())
  await phone.untilDocument('submissions', submission, ({ status }) => status === 'received')
  const stored = (await phone.db.submissions.findOne(submission).exec(true)).toMutableJSON()
  expect(stored.answers).toEqual({ ...all, 'phq9-9': 'LA6569-3' })
  expect(stored).not.toHaveProperty('seenDraft')
})
