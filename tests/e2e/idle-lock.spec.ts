/** A device left alone: after fifteen minutes nothing of anybody is in any tab, in its memory, or on the way back. */
import type { Page } from '@playwright/test'
import { openSection } from './filling.ts'
import { expect, readyOffline, signIn, test, unlock } from './portal-test.ts'

const CANARY = 'Canary of the long pause'

/** Is this text anywhere in the memory of the page's scripts? */
async function isInMemory(page: Page, text: string): Promise<boolean> {
  const devtools = await page.context().newCDPSession(page)
  let found = false
  let rest = ''
  devtools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => {
    found ||= (rest + chunk).includes(text)
    rest = chunk.slice(-text.length)
  })
  await devtools.send('HeapProfiler.enable')
  await devtools.send('HeapProfiler.collectGarbage')
  await devtools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  await devtools.detach()
  return found
}
const isLocked = async (page: Page) => {
  await expect(page.getByRole('heading', { name: 'Unlock' })).toBeVisible()
  expect(await page.content()).not.toContain(CANARY)
}

test('fifteen idle minutes empty every tab, its memory and the way back', async ({ portal, launch }) => {
  const { page } = await launch()
  await page.context().clock.install()
  await signIn(page, portal.url, 'client@demo.test')
  await readyOffline(page)
  const second = await page.context().newPage()
  await second.goto(portal.url)
  await unlock(second)
  for (const tab of [page, second]) await openSection(tab, 'Initial Intake', 'About you')
  await page.bringToFront()
  await page.getByLabel('Middle name').fill(CANARY)
  await expect(second.getByLabel('Middle name')).toHaveValue(CANARY)
  expect(await isInMemory(page, CANARY)).toBe(true)
  const ended = page.workers().map((worker) => worker.waitForEvent('close'))
  expect(ended.length).toBeGreaterThan(0)

  await page.context().clock.fastForward('16:00')
  for (const tab of [page, second]) {
    await isLocked(tab)
    await expect(tab.getByText('Locked after 15 minutes without a touch.')).toBeVisible()
  }
  await Promise.all(ended)
  for (const tab of [page, second]) await expect.poll(() => isInMemory(tab, CANARY)).toBe(false)
  await page.goBack()
  await isLocked(page)

  await unlock(page)
  await openSection(page, 'Initial Intake', 'About you')
  await expect(page.getByLabel('Middle name')).toHaveValue(CANARY)
  // Elsewhere and back: a page that the browser has kept shows nothing of what was on it.
  await page.goto(`${portal.url}/api/v1/docs`)
  await page.goBack()
  await isLocked(page)
})

test('staff who leave their desk are signed out', async ({ portal, launch }) => {
  const { page } = await launch()
  await page.clock.install()
  await signIn(page, `${portal.url}/staff`, 'clinician@demo.test')
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Staff sign-in')
  await page.clock.fastForward('16:00')
  await expect(page.getByRole('heading', { name: 'Staff sign-in' })).toBeVisible()
  await expect(page.getByText('You were signed out after 15 minutes without a touch.')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Staff sign-in' })).toBeVisible()
})
