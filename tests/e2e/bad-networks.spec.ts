/** A real browser on bad networks: honest words, no screen that waits, nothing lost. SPEC: client/replica/SPEC.md, R22–R28. */
import type { Page } from '@playwright/test'
import { captivePage } from '../harness/strange-answers.ts'
import { openSection, submitPhq9 } from './filling.ts'
import { expect, readyOffline, signIn, test, unlock } from './portal-test.ts'

const PHONE = { viewport: { width: 390, height: 844 } }
const shown = (page: Page, text: string | RegExp) => page.getByText(text).locator('visible=true').first()

/** Files of the app's own kind that the browser keeps and that are somebody else's page. */
const foreignFiles = (page: Page) =>
  page.evaluate(async () => {
    const found: string[] = []
    for (const name of await caches.keys()) {
      const cache = await caches.open(name)
      for (const request of await cache.keys()) {
        const text = await (await cache.match(request))?.text()
        if (text?.includes('free Wi-Fi')) found.push(request.url)
      }
    }
    return found
  })

test('an intake arrives over 512 kbit/s, 300 ms away, with resets', async ({ network, launch }) => {
  const line = await network()
  const { page } = await launch(PHONE)
  await signIn(page, line.url, 'client@demo.test')
  await expect(page.getByRole('link', { name: /Initial Intake/ })).toBeVisible()
  await readyOffline(page)
  line.become({
    bytesPerSecond: 64_000,
    latencyMs: 150,
    jitterMs: 50,
    resetAtConnect: 0.15,
    resetOnTheWay: 0.15,
  })
  await openSection(page, 'Initial Intake', 'About you')
  await page.getByLabel('Legal first name').fill('Rosa Delgado')
  await page.getByRole('button', { name: 'Back' }).click()
  await submitPhq9(page, 'Several days')
  await expect(page.getByRole('heading', { name: 'Your practice has received your form' })).toBeVisible({
    timeout: 60_000,
  })
})

test('[R23] [R26] a network that wants its own sign-in is named, and the app opens all the same', async ({
  network,
  launch,
}, info) => {
  const line = await network()
  const device = await launch(PHONE)
  const { page } = device
  await signIn(page, line.url, 'client@demo.test')
  await expect(page.getByRole('link', { name: /Initial Intake/ })).toBeVisible()
  await readyOffline(page)
  line.answer(captivePage)
  await page.goto(line.url)
  await unlock(page)
  await openSection(page, 'Initial Intake', 'About you')
  await page.getByLabel('Legal first name').fill('Rosa Delgado')
  await page.getByRole('button', { name: 'Back' }).click()
  await page.getByRole('link', { name: /^Sync/ }).click()
  await expect(shown(page, 'Saved here · this network asks for a sign-in')).toBeVisible()
  await expect(shown(page, /This network asks you to sign in before it lets anything through/)).toBeVisible()
  await expect(page.getByText(/Up to date/)).toHaveCount(0)
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [390, 1280]) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 844 })
      await device.screenshot(info.outputPath(`captive-${colorScheme}-${width}.png`))
    }
  const look = () =>
    navigator.serviceWorker.ready.then((it) =>
      it.update().then(
        () => 'updated',
        () => 'refused',
      ),
    )
  expect(await page.evaluate(look)).toBe('refused')
  expect(await foreignFiles(page)).toEqual([])

  line.answer(null)
  await expect(shown(page, 'Up to date')).toBeVisible({ timeout: 30_000 })
  const other = await launch()
  await signIn(other.page, line.url, 'client@demo.test')
  await openSection(other.page, 'Initial Intake', 'About you')
  await expect(other.page.getByLabel('Legal first name')).toHaveValue('Rosa Delgado')
})

test('[R28] a page in place of a script never becomes a part of the app', async ({ network, launch }) => {
  const line = await network()
  const { page } = await launch()
  let instead = 0
  // What the page itself loads comes through; what the service worker fetches to keep does not.
  line.answer((head) => {
    if (!/^GET \/assets\/\S+\.js /.test(head) || !/^sec-fetch-dest: *empty/im.test(head)) return null
    instead += 1
    return captivePage()
  })
  await page.goto(line.url)
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await expect.poll(() => instead).toBeGreaterThan(0)
  await page.waitForFunction(async () => {
    const registration = await navigator.serviceWorker.getRegistration()
    return registration === undefined || (registration.installing ?? registration.active) === null
  })
  expect(await foreignFiles(page)).toEqual([])
  line.answer(null)
  await page.goto(line.url)
  await readyOffline(page)
  expect(await foreignFiles(page)).toEqual([])
})

test('no screen waits for a network that has stalled', async ({ network, launch }, info) => {
  const line = await network()
  const device = await launch(PHONE)
  const { page } = device
  await signIn(page, line.url, 'client@demo.test')
  await expect(page.getByRole('link', { name: /Initial Intake/ })).toBeVisible()
  await readyOffline(page)
  line.stall()
  await page.goto(line.url)
  await unlock(page)
  await openSection(page, 'Initial Intake', 'About you')
  await page.getByLabel('Legal first name').fill('Rosa Delgado')
  await page.getByRole('button', { name: 'Back' }).click()
  await page.getByRole('link', { name: /^Sync/ }).click()
  await expect(page.getByText(/Up to date/)).toHaveCount(0)
  await expect(shown(page, /Clinic not reachable · 1 change saved here/)).toBeVisible({ timeout: 60_000 })
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [390, 1280]) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 844 })
      await device.screenshot(info.outputPath(`unreachable-${colorScheme}-${width}.png`))
    }
  line.flow()
  await expect(shown(page, 'Up to date')).toBeVisible({ timeout: 60_000 })
})
