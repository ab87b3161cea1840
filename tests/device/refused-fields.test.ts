/** What happens around a change that the real server refuses. SPEC: client/replica/SPEC.md, R7, R12, R13. */
import { expect, it } from 'vitest'
import type { Draft } from '../../shared/domains/forms/schema.ts'
import { answer, demoDevices } from './demo-devices.ts'
import type { TestDevice } from './test-device.ts'

const TOO_LONG = 'T'.repeat(20_001)
const demo = demoDevices(['drafts'])
const { device } = demo
const intake = async (on: TestDevice) =>
  (await on.db.drafts.findOne({ selector: { formKey: 'initial-intake' } }).exec(true)).primary
const shown = async (on: TestDevice, id: string) =>
  (await on.db.drafts.findOne(id).exec(true)).toMutableJSON().answers
const has =
  (key: string, value: string) =>
  ({ answers }: { readonly [key: string]: unknown }) =>
    (answers as Draft['answers'])[key] === value
const refused = (on: TestDevice) => on.sync.items.filter(({ state }) => state === 'attention')
const attention = (on: TestDevice) =>
  on.until(({ items }) => items.some(({ state }) => state === 'attention'))

it('[R12] an answer that is too long does not keep a good one from the practice', async () => {
  const phone = await device('phone')
  const tablet = await device('tablet')
  const id = await intake(phone)
  phone.goOffline()
  await answer(phone, id, { a1: 'good', a2: TOO_LONG })
  phone.goOnline()
  await attention(phone)
  await phone.settled()
  await tablet.untilDocument('drafts', id, has('a1', 'good'))
  expect(refused(phone)).toMatchObject([{ documentId: id, changes: 1, reason: 'invalid_document' }])
  expect((await shown(phone, id)).a2).toBe(TOO_LONG)
  expect(await shown(tablet, id)).not.toHaveProperty('a2')
})

it('[R13] what is typed after a refusal is shown, sent and never covered by what was refused', async () => {
  const phone = await device('phone')
  const tablet = await device('tablet')
  const id = await intake(phone)
  await answer(phone, id, { b1: TOO_LONG })
  await attention(phone)
  for (const value of ['short and good', 'once more']) {
    await answer(phone, id, { b1: value })
    await phone.settled()
    await tablet.untilDocument('drafts', id, has('b1', value))
    await tablet.settled()
    expect((await shown(phone, id)).b1).toBe(value)
  }
  const unsent = (await phone.session.exportUnsent()) as { fields: object }[]
  expect(unsent).toMatchObject([{ fields: { 'answers/b1': TOO_LONG } }])

  const [item] = refused(phone)
  await phone.session.retry(item?.mutation ?? 0)
  await phone.settled()
  expect(refused(phone)).toEqual([])
  expect((await shown(phone, id)).b1).toBe('once more')
  expect((await shown(tablet, id)).b1).toBe('once more')
})

it('[R13] a refusal that comes after newer typing does not cover it either', async () => {
  const phone = await device('phone')
  const id = await intake(phone)
  phone.goOffline()
  await answer(phone, id, { c1: TOO_LONG })
  phone.crash()
  await phone.reopen()
  phone.goOffline()
  // Another session of the same device: a mutation of its own.
  await answer(phone, id, { c1: 'newer' })
  phone.goOnline()
  await attention(phone)
  await phone.settled()
  expect((await shown(phone, id)).c1).toBe('newer')
  const [item] = refused(phone)
  expect(await phone.session.discard(item?.mutation ?? 0)).toMatchObject({
    fields: { 'answers/c1': TOO_LONG },
  })
  expect((await shown(phone, id)).c1).toBe('newer')
})
