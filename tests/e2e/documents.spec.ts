/** Documents that the practice shares: kept for when there is no network, opened after a kill, gone when withdrawn. */
import type { Page } from '@playwright/test'
import { expect, PASSWORD, readyOffline, signIn, test, unlock } from './portal-test.ts'

const LETTER = 'What to expect from your first visits'

async function openClientDocuments(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/staff/clients`)
  await page.getByLabel('Email').fill('desk@demo.test')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Alex Rivera' })
    .getByRole('link', { name: 'Documents' })
    .click()
  await expect(page.getByRole('heading', { name: 'Documents of Alex Rivera' })).toBeVisible()
}

test('a letter is kept, opens after a kill with no network, and goes when it is withdrawn', async ({
  portal,
  launch,
}) => {
  const device = await launch({ viewport: { width: 390, height: 844 } })
  await signIn(device.page, portal.url, 'client@demo.test')
  await expect(device.page.getByRole('heading', { name: /^Hello/ })).toBeVisible()
  await readyOffline(device.page)
  await device.page.getByRole('link', { name: 'Your documents' }).click()
  await device.page.getByLabel('Search your documents').fill('first VISITS')
  await device.page.getByRole('link', { name: LETTER }).click()
  await expect(device.page.getByText('Nothing in it has to be learned.')).toBeAttached()
  await device.page.getByRole('button', { name: 'Keep on this device' }).click()
  await expect(device.page.getByText('On this device', { exact: true })).toBeVisible()

  await portal.stop()
  await device.kill()
  const page = await device.start()
  await page.goto(portal.url)
  await unlock(page)
  await expect(page.getByRole('heading', { name: LETTER })).toBeVisible()
  await expect(page.getByText('Nothing in it has to be learned.')).toBeAttached()
  const drawn = () =>
    page
      .locator('canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => {
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
        return pixels.some((value, index) => index % 4 === 0 && value < 100)
      })
  await expect.poll(drawn).toBe(true)
  // What is not kept says so, and what to do.
  await page.getByRole('link', { name: 'Documents' }).first().click()
  await page.getByRole('link', { name: /breathing/ }).click()
  await expect(page.getByRole('alert')).toContainText('There is no network')

  await portal.start()
  const staff = (await launch()).page
  await openClientDocuments(staff, portal.url)
  await staff.getByLabel('File').setInputFiles({
    name: 'plan.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('Sleep well, every night.'),
  })
  await staff.getByLabel('Title, as the client sees it').fill('A plan for the nights')
  await staff.getByRole('button', { name: 'Share with the client' }).click()
  await expect(staff.getByText('“A plan for the nights” is shared.')).toBeVisible()
  await staff
    .getByRole('listitem')
    .filter({ hasText: LETTER })
    .getByRole('button', { name: 'Withdraw' })
    .click()
  await staff.getByRole('alertdialog').getByRole('button', { name: 'Withdraw' }).click()
  await expect(staff.getByText(/is withdrawn/)).toBeVisible()

  // By itself, as soon as the clinic answers.
  await expect(page.getByRole('img', { name: /breathing/ })).toBeVisible()
  await page.getByRole('link', { name: 'Documents' }).first().click()
  await expect(page.getByRole('link', { name: LETTER })).toHaveCount(0)
  await page.getByRole('link', { name: 'A plan for the nights' }).click()
  await expect(page.getByText('Sleep well, every night.')).toBeVisible()

  // The wrong one: it is shared again, with what is in it.
  await staff.getByRole('button', { name: 'Undo' }).click()
  await expect(staff.getByText(`“${LETTER}” is shared again.`)).toBeVisible()
  await expect(staff.getByRole('link', { name: LETTER })).toBeVisible()
  await page.getByRole('link', { name: 'Documents' }).first().click()
  await page.getByRole('link', { name: LETTER }).click()
  await expect(page.getByText('Nothing in it has to be learned.')).toBeAttached()
})
