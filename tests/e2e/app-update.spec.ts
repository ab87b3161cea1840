/**
 * A new build while somebody types: offered, never taken by itself; taken, it keeps every word. Tabs of the old build
 * go on with the old build's files.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { createDeployment } from '../harness/deployment.ts'
import { spawnServer } from '../harness/server.ts'
import { openForms, openSection, WAITING } from './filling.ts'
import { expect, readyOffline, signIn, test, unlock } from './portal-test.ts'

const QUESTION = 'In your own words, what brings you here?'
const NEWER = 'MentalSpace, newer'

const prompt = (page: Page) => page.getByRole('status', { name: 'New version' })

test('a new version waits for the person who types, and keeps the text', async ({ launch }) => {
  await using deployment = createDeployment()
  await using server = await spawnServer({ root: deployment.root })
  const device = await launch({ viewport: { width: 390, height: 844 } })
  const { page } = device
  await signIn(page, server.url, 'client@demo.test')
  await expect(page.getByRole('link', { name: /Initial Intake/ })).toBeVisible()
  await readyOffline(page)
  await openSection(page, 'Initial Intake', 'What brings you here')
  let loads = 0
  page.on('domcontentloaded', () => {
    loads += 1
  })
  await page.getByLabel(QUESTION).click()
  await page.keyboard.type('I have not been sleeping ')
  // What shows a PDF is kept by whom it was shown to.
  const viewerOf = () =>
    readdirSync(join(deployment.root, 'dist/client/assets')).filter((name) => /^pdf-view-.*\.js$/.test(name))
  const [before = ''] = viewerOf()
  await page.evaluate((name) => fetch(`/assets/${name}`).then((answer) => answer.text()), before)
  await deployment.buildAgain(NEWER)
  const after = viewerOf().find((name) => name !== before)

  // Opening the portal in another tab is what makes the browser look for a new version.
  const other = await device.context.newPage()
  await other.goto(server.url)
  await page.bringToFront()
  await expect(prompt(page)).toBeVisible()
  await expect(prompt(page)).toContainText('Your answers stay as they are')
  await page.keyboard.type('since the spring')
  await expect(page.getByLabel(QUESTION)).toHaveValue('I have not been sleeping since the spring')
  await expect(page.getByLabel(QUESTION)).toBeFocused()
  expect(loads).toBe(0)

  // What was typed in this very moment is part of it.
  await page.keyboard.type(', not one night.')
  await prompt(page).getByRole('button', { name: 'Update now' }).click()
  await expect.poll(() => page.title()).toContain(NEWER)
  expect(loads).toBe(1)
  // All tabs go over together.
  await expect.poll(() => other.title()).toContain(NEWER)
  const field = page.getByLabel(QUESTION)
  await expect(field.or(page.getByRole('heading', { name: 'Unlock' }))).toBeVisible()
  if (!(await field.isVisible())) await unlock(page)
  await expect(field).toHaveValue('I have not been sleeping since the spring, not one night.')
  await expect(prompt(page)).toHaveCount(0)
  // The new version's came with it, so that a kept PDF opens without network after the update too.
  const kept = () =>
    page.evaluate(async () => (await (await caches.open('on-demand')).keys()).map(({ url }) => url))
  expect(await kept()).toContain(`${server.url}/assets/${after}`)
})

test('a tab of the old build opens pages that it has not shown yet', async ({ launch }) => {
  await using deployment = createDeployment()
  await using server = await spawnServer({ root: deployment.root })
  const { page } = await launch()
  // Without a service worker everything comes from the server: the hardest case, and that of a first visit.
  await page.route('**/service-worker.js', (route) => route.abort())
  await signIn(page, server.url, 'client@demo.test')
  await expect(page.getByRole('link', { name: /Initial Intake/ })).toBeVisible()
  await deployment.buildAgain(NEWER)
  await openForms(page)
  await openSection(page, 'Initial Intake', 'About you')
  await page.getByLabel('Legal first name').fill('Rosa')
  await expect(
    page
      .getByText(WAITING)
      .or(page.getByText(/received by the clinic/i))
      .first(),
  ).toBeVisible()
  expect(await page.title()).not.toContain(NEWER)
})
