/** The audit trail in the staff console: found by an admin with the keyboard alone, taken away as a file, refused to others. */
import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { signIn as signInAt } from '../harness/sign-in.ts'
import { expect, signIn, test } from './portal-test.ts'

const events = (page: Page) => page.getByRole('main').getByRole('listitem')

/** Presses Tab until it is there, as somebody does who has no mouse. */
async function tabTo(page: Page, name: string): Promise<void> {
  const wanted = page.getByRole('main').getByLabel(name).or(page.getByRole('button', { name }))
  for (let presses = 0; presses < 200; presses++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${name} cannot be reached with Tab`)
}

test('an admin searches the audit trail by keyboard, reads on, and takes it away; a clinician is refused', async ({
  portal,
  launch,
}) => {
  const other = await launch()
  await signIn(other.page, `${portal.url}/staff`, 'clinician@demo.test')
  await expect(other.page.getByRole('heading', { level: 1, name: 'Inbox' })).toBeVisible()
  await other.page.goto(`${portal.url}/staff/audit`)
  await expect(other.page.getByText('Your role does not include this page.')).toBeVisible()
  await expect(events(other.page)).toHaveCount(0)

  // More than a page of events.
  const admin = await signInAt(portal.url, 'admin@demo.test')
  for (let times = 0; times < 30; times++)
    expect((await admin.fetch('/api/v1/staff/audit?limit=1')).status).toBe(200)

  const { page } = await launch()
  await signIn(page, `${portal.url}/staff`, 'admin@demo.test')
  await expect(page.getByRole('heading', { level: 1, name: 'Audit trail' })).toBeVisible()
  await expect(events(page)).toHaveCount(50)
  await tabTo(page, 'Show more')
  await page.keyboard.press('Enter')
  await expect.poll(() => events(page).count()).toBeGreaterThan(50)

  await page.reload()
  await tabTo(page, 'What was done')
  await page.keyboard.type('Signed in')
  await tabTo(page, 'Outcome')
  await page.keyboard.type('Allowed')
  await tabTo(page, 'Search')
  await page.keyboard.press('Enter')
  await expect(events(page)).toHaveCount(3)
  await expect(events(page).nth(2)).toContainText('clinician')

  for (const [button, name] of [
    [/CSV/, 'audit.csv'],
    [/JSON lines/, 'audit.jsonl'],
  ] as const) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click(),
    ])
    expect(download.suggestedFilename()).toBe(name)
    const text = await readFile(await download.path(), 'utf8')
    expect(text.match(/auth\.login/g)).toHaveLength(3)
    expect(text).not.toContain('seed.put')
  }
})
