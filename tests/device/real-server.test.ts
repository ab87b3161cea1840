/** The device against the real server over PGlite: what the fake one cannot show. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Draft } from '../../shared/domains/forms/schema.ts'
import { answer, demoDevices } from './demo-devices.ts'
import type { TestDevice } from './test-device.ts'

const demo = demoDevices()
const { device } = demo
const draftOf = async (on: TestDevice, formKey: string): Promise<Draft> => {
  const drafts = await on.db.drafts.find().exec()
  const found = drafts.map((draft) => draft.toMutableJSON()).find((draft) => draft.formKey === formKey)
  if (!found) throw new Error(`no ${formKey} among ${drafts.map((d) => d.formKey)}`)
  return found
}

it('brings the assigned forms with their definitions', async () => {
  const phone = await device('phone')
  const drafts = await phone.db.drafts.find().exec()
  expect(drafts.length).toBeGreaterThanOrEqual(3)
  for (const draft of drafts)
    expect(await phone.db.definitions.findOne(draft.definitionId).exec()).not.toBeNull()
})

it('[R8] two devices edit one draft offline and end with one document', async () => {
  const phone = await device('phone')
  const tablet = await device('tablet')
  const { id } = await draftOf(phone, 'gad-7')
  phone.goOffline()
  tablet.goOffline()
  await answer(phone, id, { 'gad7-1': '0' })
  await answer(tablet, id, { 'gad7-2': '1' })
  await answer(phone, id, { 'gad7-3': '2' })
  await answer(tablet, id, { 'gad7-3': '3' })
  tablet.goOnline()
  await tablet.settled()
  phone.goOnline()
  await phone.settled()
  const all = (document: { readonly [key: string]: unknown }) => {
    const text = JSON.stringify(document)
    return text.includes('gad7-1') && text.includes('gad7-2') && text.includes('"contested":{"gad7-3"')
  }
  await phone.untilDocument('drafts', id, all)
  await tablet.untilDocument('drafts', id, all)
  const shown = await draftOf(phone, 'gad-7')
  expect(shown).toEqual(await draftOf(tablet, 'gad-7'))
  expect(shown.answers['gad7-3']).toBe('3')
  expect(shown.contested['gad7-3']).toMatchObject([{ value: '2', deviceName: 'phone' }])
})

it('[R8] the device whose later answer wins shows it too, after it had seen the other one', async () => {
  const phone = await device('phone')
  const tablet = await device('tablet')
  const { id } = await draftOf(phone, 'gad-7')
  phone.goOffline()
  tablet.goOffline()
  await answer(tablet, id, { 'gad7-6': '0' })
  await answer(phone, id, { 'gad7-6': '2' })
  tablet.goOnline()
  await tablet.settled()
  phone.goOnline()
  await phone.settled()
  const settled = (document: { readonly [key: string]: unknown }) =>
    JSON.stringify(document).includes('"gad7-6":[')
  await phone.untilDocument('drafts', id, settled)
  await tablet.untilDocument('drafts', id, settled)
  const shown = await draftOf(phone, 'gad-7')
  expect(shown.answers['gad7-6']).toBe('2')
  expect(shown).toEqual(await draftOf(tablet, 'gad-7'))
})

it('submits a form that was filled offline', async () => {
  const phone = await device('phone')
  const draft = await draftOf(phone, 'phq-9')
  phone.goOffline()
  const questions = ['phq9-1', 'phq9-2', 'phq9-3', 'phq9-4', 'phq9-5', 'phq9-6', 'phq9-7', 'phq9-8', 'phq9-9']
  for (const question of questions) await answer(phone, draft.id, { [question]: 'LA6569-3' })
  const { answers } = await draftOf(phone, 'phq-9')
  const id = randomUUID()
  await phone.db.submissions.insert({
    id,
    draftId: draft.id,
    definitionId: draft.definitionId,
    formKey: draft.formKey,
    title: draft.title,
    answers,
    submittedAt: Date.now(),
    status: 'sent',
    updatedAt: Date.now(),
  })
  phone.goOnline()
  await phone.settled()
  expect(phone.sync.items.filter(({ state }) => state === 'attention')).toEqual([])
  await phone.untilDocument('submissions', id, ({ status }) => status === 'received')
  await phone.untilDocument('drafts', draft.id, ({ status }) => status === 'submitted')
  const submission = await phone.db.submissions.findOne(id).exec(true)
  expect(submission.toJSON()).toMatchObject({ draftId: draft.id, answers, reference: expect.any(String) })
})

it('[R19] a device that was signed out elsewhere destroys what it holds', async () => {
  const phone = await device('phone')
  const tablet = await device('tablet')
  const listed = await tablet.session.request({ method: 'GET', path: '/api/v1/portal/auth/devices' })
  const { items } = listed.body as { items: { id: string; name: string; current: boolean }[] }
  const replicas = async () =>
    (await phone.indexedDB.databases()).filter(({ name }) => name?.startsWith('replica-'))
  expect(await replicas()).toHaveLength(1)
  const others = items.filter(({ current }) => !current)
  for (const { id } of others)
    await tablet.session.request({ method: 'DELETE', path: `/api/v1/portal/auth/devices/${id}` })
  await expect.poll(replicas).toHaveLength(0)
  expect(phone.session.replica$).toMatchObject({ value: null })
})
