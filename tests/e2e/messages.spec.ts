/** A conversation with no network, a crash in the middle of a sentence, an answer, and a search. */
import type { Page } from '@playwright/test'
import { expect, PASSWORD, readyOffline, signIn, test, unlock } from './portal-test.ts'

const openMessages = (page: Page) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Messages' }).click()

async function openStaffMessages(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/staff/messages`)
  await page.getByLabel('Email').fill('clinician@demo.test')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test('a message written offline survives a kill, is answered, and is found', async ({ portal, launch }) => {
  const device = await launch({ viewport: { width: 390, height: 844 } })
  await signIn(device.page, portal.url, 'client@demo.test')
  await expect(device.page.getByRole('heading', { name: /^Hello/ })).toBeVisible()
  await readyOffline(device.page)
  await portal.stop()

  await device.page.getByRole('link', { name: 'Write to your practice' }).click()
  await device.page.getByLabel('What is it about?').fill('Évening tablets')
  await device.page.getByLabel('Your message').fill('May I take them before dinner?')
  await expect(device.page.getByText('Saved on this device', { exact: true })).toBeVisible()
  await device.kill()

  const page = await device.start()
  await page.goto(portal.url)
  await unlock(page)
  await expect(page.getByLabel('Your message')).toHaveValue('May I take them before dinner?')
  await page.getByLabel('Your message').press('End')
  await page.getByLabel('Your message').pressSequentially(' Thank you.')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByLabel('Your message')).toHaveValue('May I take them before dinner? Thank you.')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('heading', { name: 'Évening tablets' })).toBeVisible()
  await expect(page.getByText('Saved on this device', { exact: true })).toBeVisible()

  await portal.start()
  await expect(page.getByText('Received by the clinic').first()).toBeVisible()
  const staff = (await launch()).page
  await openStaffMessages(staff, portal.url)
  await staff.getByRole('link', { name: /Évening tablets/ }).click()
  await staff.getByLabel('Who answers').selectOption({ label: 'Dr. Maya Lindqvist' })
  await expect(page.getByText('Read by your practice')).toBeVisible()
  await staff.getByLabel('Your answer').fill('Yes, with some food.')
  await staff.getByRole('button', { name: 'Send' }).click()
  await expect(staff.getByText('Yes, with some food.')).toBeVisible()

  // The conversation is open: read at once, and said so.
  await expect(page.getByText('Yes, with some food.')).toBeVisible()
  await openMessages(page)
  await expect(page.getByRole('link', { name: /Évening tablets/ })).not.toContainText('new')
  await portal.stop()
  await page.getByLabel('Search your messages').fill('breakfast')
  await expect(page.getByText('Nothing found')).toBeVisible()
  await page.getByLabel('Search your messages').fill('evening FOOD')
  await expect(page.locator('mark').first()).toHaveText('Évening')
  await page.getByRole('link', { name: /with some food/ }).click()
  await expect(page.getByText('Yes, with some food.')).toBeInViewport()
})
