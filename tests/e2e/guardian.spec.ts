/** Somebody who looks after two people: whose record is open, what of it is theirs to see, and what goes when access ends. */
import type { Page } from '@playwright/test'
import { expectSound } from './looking.ts'
import { expect, readyOffline, signIn, test, unlock } from './portal-test.ts'

const replicas = (page: Page) =>
  page.evaluate(async () => {
    const all = await indexedDB.databases()
    return all.filter(({ name }) => name?.startsWith('replica-')).length
  })
const whose = (page: Page, name: string) =>
  expect(
    page.getByRole('complementary').filter({ hasText: `You are looking at ${name}’s record` }),
  ).toBeVisible()

test('a guardian sees whose record is open and only what is shared; what was taken back goes at the next contact', async ({
  portal,
  launch,
  network,
}) => {
  const line = await network()
  const { page } = await launch()
  await signIn(page, line.url, 'guardian@demo.test')
  await whose(page, 'Sam Okafor')
  const main = page.getByRole('navigation', { name: 'Main' })
  await expect(main.getByRole('link', { name: 'Forms', exact: true })).toBeVisible()
  await page.getByRole('link', { name: 'Switch' }).click()
  await expectSound(page)
  await page.getByRole('region', { name: 'Alex Rivera' }).getByRole('button').click()
  await whose(page, 'Alex Rivera')
  await expect(page).toHaveTitle(/Another person’s record/)
  // Visits and bills of this one, and nothing else: neither in the menu nor by address.
  await expect(main.getByRole('link', { name: 'Visits' })).toBeVisible()
  await expect(main.getByRole('link', { name: 'Forms', exact: true })).toHaveCount(0)
  await expect(main.getByRole('link', { name: 'Messages', exact: true })).toHaveCount(0)
  await readyOffline(page)
  await page.goto(`${line.url}/forms`)
  await unlock(page)
  await expect(page.getByText('Your access does not include this part')).toBeVisible()
  await whose(page, 'Alex Rivera')
  await expectSound(page)
  await expect.poll(() => replicas(page)).toBe(2)

  // Away, and the access ends: what is here stays readable for now, and goes at the contact.
  await line.cut()
  await main.getByRole('link', { name: 'Visits' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await whose(page, 'Alex Rivera')
  const alex = (await launch()).page
  await signIn(alex, portal.url, 'client@demo.test')
  await alex.getByRole('link', { name: 'Account', exact: true }).first().click()
  await alex.getByRole('link', { name: 'People with access' }).click()
  await expectSound(alex)
  await alex.getByRole('button', { name: 'End access' }).click()
  const sure = alex.getByRole('alertdialog')
  await expectSound(alex)
  await sure.getByRole('button', { name: 'End access' }).click()
  await expect(alex.getByText('Nobody else has access')).toBeVisible()

  await line.restore()
  await expect(page.getByText(/Your access to Alex Rivera’s record has ended/)).toBeVisible()
  await whose(page, 'Sam Okafor')
  await expect.poll(() => replicas(page)).toBe(1)
  await expect(page.getByRole('link', { name: 'Switch' })).toHaveCount(0)
  await expect(main.getByRole('link', { name: 'Forms', exact: true })).toBeVisible()
})
