/** Refills from the phone to the clinician and back: asked for offline, asked back, approved; a second one refused with its words kept. */
import type { Page } from '@playwright/test'
import { expect, readyOffline, signIn, test } from './portal-test.ts'

const card = (page: Page, part: string) =>
  page.getByRole('region', { name: part, exact: true }).getByRole('region', { name: 'Sertraline 50 mg' })
const openPrescriptions = (page: Page) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Prescriptions' }).click()
const askForm = async (page: Page) => {
  await card(page, 'What you take now').getByRole('link', { name: 'Ask for a refill: Sertraline' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Ask for a refill' })).toBeVisible()
}

test('a refill asked for offline reaches the clinician, is asked back, approved, and a second one keeps its words', async ({
  portal,
  launch,
  network,
}) => {
  const [line, other] = [await network(), await network()]
  const phone = await launch({ viewport: { width: 820, height: 1180 } })
  const laptop = await launch({ viewport: { width: 1280, height: 800 } })
  for (const [{ page }, { url }] of [
    [phone, line],
    [laptop, other],
  ] as const) {
    await signIn(page, url, 'client@demo.test')
    await openPrescriptions(page)
    await expect(card(page, 'What you take now')).toContainText('One tablet in the morning with food')
    await readyOffline(page)
  }
  await expect(
    phone.page.getByRole('region', { name: 'What you took before' }).getByText('Stopped'),
  ).toBeVisible()
  await line.cut()
  await other.cut()

  // Asked for on both devices, with no network; what is typed is there again after another page was seen.
  await askForm(phone.page)
  await expect(phone.page.getByLabel('Pharmacy')).toHaveValue('Harbor Pharmacy, 3 Quay Road')
  await phone.page.getByLabel('Note to your practice').fill('Six tablets left')
  await phone.page.getByRole('link', { name: 'Prescriptions' }).first().click()
  await askForm(phone.page)
  await expect(phone.page.getByLabel('Note to your practice')).toHaveValue('Six tablets left')
  await phone.page.getByRole('button', { name: 'Ask for the refill' }).click()
  const asked = card(phone.page, 'Your requests')
  await expect(asked.getByText('Saved on this device')).toBeVisible()
  await expect(card(phone.page, 'What you take now').getByText('Waiting for your practice')).toBeVisible()
  await askForm(laptop.page)
  await laptop.page.getByLabel('Note to your practice').fill('Only three left, I am travelling')
  await laptop.page.getByRole('button', { name: 'Ask for the refill' }).click()
  await expect(card(laptop.page, 'Your requests').getByText('Saved on this device')).toBeVisible()

  await line.restore()
  await expect(asked.getByText(/Received by the clinic/)).toBeVisible()
  await other.restore()
  const refused = card(laptop.page, 'Your requests').filter({ hasText: 'Not taken' })
  await expect(refused.getByText('Only three left, I am travelling')).toBeVisible()
  await expect(refused.getByText(/another request for the same medication is under way/)).toBeVisible()
  await expect(card(laptop.page, 'Your requests').filter({ hasText: 'Six tablets left' })).toBeVisible()

  // The clinician asks back, the client answers, the clinician approves.
  const desk = await launch({ viewport: { width: 1280, height: 800 } })
  await signIn(desk.page, `${portal.url}/staff/refills`, 'clinician@demo.test')
  await desk.page.getByRole('link', { name: /Alex Rivera/ }).click()
  await expect(desk.page.getByText('Six tablets left')).toBeVisible()
  await desk.page.getByRole('radio', { name: 'Ask the client' }).check()
  await desk.page.getByRole('button', { name: 'Send the answer' }).click()
  await expect(desk.page.getByText('Say what you need to know')).toBeVisible()
  await desk.page.getByLabel('Your question').fill('Any side effects?')
  await desk.page.getByRole('button', { name: 'Send the answer' }).click()
  await expect(desk.page.getByRole('heading', { name: 'All decided' })).toBeVisible()
  await expect(asked.getByText('Your practice has a question')).toBeVisible()
  await expect(asked.getByText('Any side effects?').first()).toBeVisible()
  await line.cut()
  await asked.getByLabel('Your answer').fill('None at all')
  await asked.getByRole('button', { name: 'Send the answer' }).click()
  await expect(asked.getByText('You answered:')).toBeVisible()
  await line.restore()
  // The server has made a step of it.
  await expect(asked.getByText('You answered:')).toBeHidden()
  await desk.page.getByRole('button', { name: 'Refresh' }).click()
  await desk.page.getByRole('link', { name: /Alex Rivera/ }).click()
  await expect(desk.page.getByText('None at all')).toBeVisible()
  await desk.page.getByRole('radio', { name: 'Approve' }).check()
  await desk.page.getByLabel('Note to the client').fill('Same dose as before')
  await desk.page.getByRole('button', { name: 'Send the answer' }).click()
  await expect(asked.getByText('Approved').first()).toBeVisible()
  await expect(asked.getByText('Same dose as before').first()).toBeVisible()
  await asked.getByRole('button', { name: 'I have it' }).click()
  await expect(card(phone.page, 'Earlier requests').first().getByText('Done').first()).toBeVisible()
})
