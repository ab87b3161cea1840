/** The other side: the clinician sees the submission, its score, its history and its flag, and says "reviewed". */
import { submitPhq9 } from './filling.ts'
import { expect, PASSWORD, signIn, test } from './portal-test.ts'

test('the clinician reviews a flagged PHQ-9 and the client sees it live', async ({ portal, launch }) => {
  const client = (await launch({ viewport: { width: 390, height: 844 } })).page
  await signIn(client, portal.url, 'client@demo.test')
  await submitPhq9(client, 'More than half the days', 'Several days')
  await expect(client.getByRole('heading', { name: 'Your practice has received your form' })).toBeVisible()

  const staff = (await launch()).page
  await staff.goto(`${portal.url}/staff`)
  await staff.getByLabel('Email').fill('clinician@demo.test')
  await staff.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await staff.getByRole('button', { name: 'Sign in' }).click()
  const row = staff.getByRole('link', { name: /PHQ-9/ }).first()
  await expect(row).toBeVisible()
  await row.click()
  // Eight times two and once one.
  await expect(staff.getByText('17').first()).toBeVisible()
  await expect(staff.getByText(/moderately severe/i).first()).toBeVisible()
  await expect(staff.getByText(/self-harm|better off dead|hurting yourself/i).first()).toBeVisible()
  await staff.getByRole('button', { name: /Mark (as )?reviewed/ }).click()
  await expect(staff.getByRole('definition').filter({ hasText: 'Dr. Maya Lindqvist' })).toBeVisible()

  await expect(client.getByText(/Reviewed by/)).toBeVisible()
})

test('a client never gets into the staff console', async ({ portal, launch }) => {
  const page = (await launch()).page
  await signIn(page, portal.url, 'client@demo.test')
  await expect(page.getByRole('link', { name: /Initial Intake/ })).toBeVisible()
  await page.goto(`${portal.url}/staff`)
  await expect(page.getByRole('heading', { name: /Inbox/ })).toHaveCount(0)
})
