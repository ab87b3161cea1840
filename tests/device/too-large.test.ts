/** What no packet carries, over a real socket: it blocks nothing, and goes nowhere before somebody has it. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Draft } from '../../shared/domains/forms/schema.ts'
import { answer, demoDevices } from './demo-devices.ts'
import type { TestDevice } from './test-device.ts'

const HUGE = 'A much longer story. '.repeat(60_000)
const demo = demoDevices()
const { device } = demo
const intake = async (on: TestDevice): Promise<Draft> => {
  const found = await on.db.drafts.findOne({ selector: { formKey: 'initial-intake' } }).exec(true)
  return found.toMutableJSON() as Draft
}
const has =
  (key: string, value: string) =>
  ({ answers }: { readonly [key: string]: unknown }) =>
    (answers as Draft['answers'])[key] === value
const refused = (on: TestDevice) => on.sync.items.filter(({ state }) => state === 'attention')

it.each([
  ['typed while there is a link', false],
  ['typed with no network', true],
])('[R62] an answer that no packet carries keeps nothing behind it, %s', async (how, isOffline) => {
  const [big, after] = [`big ${how}`, `after ${how}`]
  const phone = await device('phone')
  const tablet = await device('tablet')
  const { id } = await intake(phone)
  if (isOffline) phone.goOffline()
  await answer(phone, id, { [big]: HUGE })
  await answer(phone, id, { [big]: `${HUGE}!`, [after]: 'good' })
  if (isOffline) {
    // What is found at start is taken as seen.
    await phone.reopen()
    phone.goOnline()
  }
  await tablet.untilDocument('drafts', id, has(after, 'good'))
  await phone.settled()
  expect((await intake(phone)).answers[big]).toBe(`${HUGE}!`)
  expect(refused(phone)).toMatchObject([{ documentId: id, changes: 1, reason: 'too_large' }])
  expect(await phone.session.exportUnsent()).toMatchObject([{ fields: { [`answers/${big}`]: `${HUGE}!` } }])

  await answer(phone, id, { [big]: 'short enough' })
  await tablet.untilDocument('drafts', id, has(big, 'short enough'))
  await phone.settled()
  expect((await intake(phone)).answers[big]).toBe('short enough')
  for (const { mutation } of refused(phone)) await phone.session.discard(mutation ?? 0)
  expect(await phone.session.exportUnsent()).toEqual([])
  expect((await intake(phone)).answers[big]).toBe('short enough')
})

it('[R62] a new document that no packet carries keeps nothing behind it', async () => {
  const phone = await device('phone')
  const tablet = await device('tablet')
  const draft = await intake(phone)
  const { definitionId, formKey, title } = draft
  await phone.db.submissions.insert({
    id: randomUUID(),
    ...{ draftId: draft.id, definitionId, formKey, title, status: 'sent' },
    answers: Object.fromEntries(['a', 'b'].map((key) => [key, HUGE.slice(0, 600_000)])),
    submittedAt: Date.now(),
    updatedAt: Date.now(),
  })
  await answer(phone, draft.id, { behind: 'good' })
  await tablet.untilDocument('drafts', draft.id, has('behind', 'good'))
  await phone.settled()
  const [item, ...others] = refused(phone)
  expect([item, others]).toMatchObject([{ collection: 'submissions', reason: 'too_large' }, []])
  expect(await phone.session.discard(item?.mutation ?? 0)).toMatchObject({ fields: { draftId: draft.id } })
})
