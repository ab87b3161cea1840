/**
 * What the server does not take is never lost: the sync centre says what happened, and offers to try again, to
 * discard (and to undo that), and to keep a copy. The refusal is the server's own: while the client was offline, the
 * practice put another required question into the form.
 */
import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import type { Database } from '../../sync-server/platform/database.ts'
import { submitPhq9 } from './filling.ts'
import { expect, readyOffline, signIn, test, unlock } from './portal-test.ts'

const EXTRA = {
  linkId: 'asked-since',
  type: 'string',
  text: 'A question that was not there before',
  required: true,
}

interface Group {
  item: { linkId: string }[]
}

/** Changes the first page of the published PHQ-9. */
const changeForm = (change: (items: Group['item']) => Group['item']) => async (database: Database) => {
  const version = await database.prisma.formVersion.findFirstOrThrow({ where: { form: { key: 'phq-9' } } })
  const questionnaire = structuredClone(version.questionnaire) as unknown as { item: [Group, ...Group[]] }
  const [first] = questionnaire.item
  first.item = change(first.item)
  await database.prisma.formVersion.update({
    where: { id: version.id },
    data: { questionnaire: JSON.parse(JSON.stringify(questionnaire)) },
  })
}
const askMore = changeForm((items) => [...items, EXTRA])
const askAsBefore = changeForm((items) => items.filter(({ linkId }) => linkId !== EXTRA.linkId))

const refused = (page: Page) => page.getByRole('region', { name: /^Submission: .*PHQ-9/ })

const openSyncCentre = (page: Page) => page.getByRole('link', { name: /^Sync/ }).click()

/** On the sync centre: not waiting for the device to try again by itself. */
async function connect(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Send now' }).click()
  await expect(page.getByText('Connected with the clinic.')).toBeVisible()
}

test('a refused submission is explained, kept, and sent again when the practice has mended its form', async ({
  portal,
  launch,
}) => {
  const device = await launch({ viewport: { width: 390, height: 844 } })
  const { page } = device
  await signIn(page, portal.url, 'client@demo.test')
  await expect(page.getByRole('link', { name: /PHQ-9/ })).toBeVisible()
  await readyOffline(page)
  await portal.stop()
  await submitPhq9(page, 'Several days')
  await expect(page.getByRole('heading', { name: 'Your form is ready to go' })).toBeVisible()
  await portal.maintain(askMore)

  // In words at the sync centre, and in short everywhere.
  await openSyncCentre(page)
  await connect(page)
  await expect(page.getByRole('heading', { name: 'Needs your decision' })).toBeVisible()
  await expect(refused(page)).toContainText('Some answers are missing or do not fit their questions')
  await expect(refused(page).getByRole('link', { name: 'Open the form' })).toBeVisible()
  await expect(page.getByText('1 item needs you').filter({ visible: true })).toBeVisible()

  // A copy in the client's hands.
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download what is not sent' }).click()
  const copy = await readFile(await (await download).path(), 'utf8')
  expect(copy).toContain('invalid_answers')
  expect(copy).toContain('submittedAt')

  // It survives a restart of the browser.
  await device.kill()
  await device.start()
  await device.page.goto(`${portal.url}/sync`)
  await unlock(device.page)
  const again = device.page
  await expect(refused(again)).toBeVisible()

  // The same question gets the same answer: the second refusal is a card of its own.
  const first = await refused(again).elementHandle()
  await again.getByRole('button', { name: /^Try again: / }).click()
  await expect.poll(() => first?.evaluate((card) => card.isConnected)).toBe(false)
  await expect(refused(again)).toContainText('Some answers are missing')

  await portal.maintain(askAsBefore)
  await connect(again)
  await again.getByRole('button', { name: /^Try again: / }).click()
  await expect(refused(again)).toHaveCount(0)
  await expect(again.getByText(/^Received by the clinic, /).first()).toBeVisible()
})

test('a discarded submission is gone only until it is undone', async ({ portal, launch }) => {
  const { page } = await launch()
  await signIn(page, portal.url, 'client@demo.test')
  await expect(page.getByRole('link', { name: /PHQ-9/ })).toBeVisible()
  await readyOffline(page)
  await portal.stop()
  await submitPhq9(page, 'Several days')
  await portal.maintain(askMore)
  await openSyncCentre(page)
  await connect(page)
  await expect(refused(page)).toBeVisible()
  await portal.maintain(askAsBefore)
  await connect(page)

  // Asked first: one press alone discards nothing.
  await page.getByRole('button', { name: /^Discard: / }).click()
  await page.getByRole('button', { name: 'Keep it' }).click()
  await page.getByRole('button', { name: /^Discard: / }).click()
  await page.getByRole('button', { name: 'Yes, discard it' }).click()
  await expect(refused(page)).toHaveCount(0)
  const notice = page.getByRole('status', { name: 'Discarded' })
  await notice.getByRole('button', { name: 'Undo' }).click()
  await expect(notice).toHaveCount(0)

  // Written again, and this time the practice takes it.
  const main = page.getByRole('navigation', { name: 'Main' })
  await main.getByRole('link', { name: 'Forms', exact: true }).click()
  await page.getByRole('link', { name: /^View: .*PHQ-9/ }).click()
  await expect(page.getByText(/^Received by the clinic, /).first()).toBeVisible()
})
