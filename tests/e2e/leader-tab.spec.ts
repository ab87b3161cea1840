/** Three tabs of one device, and the end of the one that holds the socket. SPEC: client/replica/SPEC.md, R21. */
import type { Page } from '@playwright/test'
import { createRelay } from '../harness/relay.ts'
import { answerScale, openForm, openForms, openSection, RECEIVED } from './filling.ts'
import { expect, type PortalUnderTest, test } from './portal-test.ts'
import { secondDevice } from './server-state.ts'
import { crash, freezeAtRest, openTabs } from './three-tabs.ts'

const FIRST = 'Legal first name'
const MIDDLE = 'Middle name'
const CALLED = 'Name you would like us to use'

/** What the database has of the demo client. */
async function onServer({ url }: PortalUnderTest) {
  using device = await secondDevice(url)
  const drafts = JSON.stringify(await device.documents('drafts'))
  return { drafts, submissions: (await device.documents('submissions')).length }
}

const section = (page: Page) => openSection(page, 'Initial Intake', 'About you')

for (const end of ['closed', 'crashed'] as const)
  test(`the tab with the socket is ${end}: another takes over and nothing is lost`, async ({
    portal,
    launch,
  }) => {
    await using relay = await createRelay(() => portal.port)
    const { one, two, three } = await openTabs(await launch(), relay, section)
    await one.getByLabel(FIRST).fill('Rosa')
    await expect(two.getByLabel(FIRST)).toHaveValue('Rosa')
    await (end === 'closed' ? one.close() : crash(one))
    await two.getByLabel(MIDDLE).fill('Maria')
    await three.getByLabel(CALLED).fill('Rosie')
    for (const page of [two, three]) {
      await expect(page.getByText(RECEIVED).first()).toBeVisible()
      await expect(page.getByLabel(MIDDLE)).toHaveValue('Maria')
      await expect(page.getByLabel(CALLED)).toHaveValue('Rosie')
    }
    await expect.poll(() => relay.webSockets()).toBe(1)
    for (const text of ['Rosa', 'Maria', 'Rosie'])
      await expect.poll(async () => (await onServer(portal)).drafts).toContain(text)
  })

test('the tab with the socket is frozen: another takes the socket, and it follows when it wakes', async ({
  portal,
  launch,
}) => {
  await using relay = await createRelay(() => portal.port)
  const { one, two, three } = await openTabs(await launch({ hidesTabs: true }), relay, section)
  const write = async (page: Page, question: string, text: string) => {
    await page.bringToFront()
    await page.getByLabel(question).fill(text)
    await expect(page.getByText(RECEIVED).first()).toBeVisible()
    await expect.poll(async () => (await onServer(portal)).drafts).toContain(`"${text}"`)
  }
  const first = await freezeAtRest(one, two)
  await write(two, MIDDLE, 'Maria')
  await write(three, CALLED, 'Rosie')
  await expect.poll(() => relay.webSockets()).toBe(1)

  await first.thaw()
  await write(one, FIRST, 'Rosa')
  for (const page of [one, two, three]) {
    await page.bringToFront()
    await expect(page.getByText(RECEIVED).first()).toBeVisible()
    await expect(page.getByLabel(FIRST)).toHaveValue('Rosa')
    await expect(page.getByLabel(MIDDLE)).toHaveValue('Maria')
    await expect(page.getByLabel(CALLED)).toHaveValue('Rosie')
  }
  expect((await onServer(portal)).drafts).not.toMatch(/"contested":\{"/)
  await expect.poll(() => relay.webSockets()).toBe(1)
})

test('a tab crashes between its submission and the answer: the form is handed in once', async ({
  portal,
  launch,
}) => {
  await using relay = await createRelay(() => portal.port)
  const { one, two, three } = await openTabs(await launch(), relay, async (page) => {
    await openForm(page, 'GAD-7')
    await page.getByRole('link', { name: 'Start now' }).click()
    await answerScale(page, 'Several days')
    await page.getByRole('button', { name: 'Continue' }).click()
    await expect(page.getByRole('heading', { name: 'Check your answers' })).toBeVisible()
  })
  const before = await onServer(portal)
  relay.loseAnswers()
  await one.getByRole('button', { name: 'Submit' }).click()
  await expect.poll(async () => (await onServer(portal)).submissions).toBe(before.submissions + 1)
  await crash(one)
  relay.restore()
  for (const page of [two, three]) {
    await openForms(page)
    await expect(page.getByRole('link', { name: /^View: .*GAD-7/ })).toHaveCount(1)
    await expect(page.getByText(/waiting to send/i)).toHaveCount(0)
  }
  await expect.poll(() => relay.webSockets()).toBe(1)
  expect((await onServer(portal)).submissions).toBe(before.submissions + 1)
})
