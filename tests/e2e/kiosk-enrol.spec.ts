/** A tablet is added over a network that loses answers. */
import { shownCode } from '../../shared/domains/kiosk/code.ts'
import { expect, test } from './portal-test.ts'
import { frontDesk } from './waiting-room.ts'

test('[K1] a tablet that was let in and never heard of it asks, and is one', async ({ portal, launch }) => {
  const desk = await frontDesk(portal.url)
  const { id, code } = await desk.addTablet('Lobby')
  const device = await launch({ viewport: { width: 820, height: 1180 } })
  let { page } = device
  let lost = 0
  // The practice hears the code; what it says is lost on the way.
  await page.context().route('**/api/v1/kiosk/enrol', async (route) => {
    const answer = await route.fetch()
    if (answer.status() !== 200) return route.fulfill({ response: answer })
    lost += 1
    return route.abort('connectionreset')
  })
  await page.context().route('**/api/v1/kiosk/sync', (route) => route.abort('internetdisconnected'))
  await page.goto(`${portal.url}/kiosk`)
  await page.getByLabel('Code').fill(shownCode(code))
  await page.getByRole('button', { name: 'Add this tablet' }).click()
  await expect(page.getByRole('alert')).toContainText('does not answer')
  expect(lost).toBe(1)
  expect((await desk.tablet(id))?.state).toBe('ready')
  // With no press of anybody, as soon as there is a network.
  await page.context().unroute('**/api/v1/kiosk/sync')
  await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible({ timeout: 30_000 })

  // The same where the page was left meanwhile, and the same code is given again: it is no other tablet.
  const second = await desk.addTablet('Hall')
  const other = await launch({ viewport: { width: 820, height: 1180 } })
  page = other.page
  await page.context().route('**/api/v1/kiosk/enrol', async (route) => {
    const answer = await route.fetch()
    return answer.status() === 200 ? route.abort('connectionreset') : route.fulfill({ response: answer })
  })
  await page.context().route('**/api/v1/kiosk/sync', (route) => route.abort('internetdisconnected'))
  await page.goto(`${portal.url}/kiosk`)
  await page.getByLabel('Code').fill(shownCode(second.code))
  await page.getByRole('button', { name: 'Add this tablet' }).click()
  await expect(page.getByRole('alert')).toContainText('does not answer')
  await page.context().unrouteAll()
  await page.goto(`${portal.url}/kiosk`)
  await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible({ timeout: 30_000 })
  expect((await desk.tablet(second.id))?.state).toBe('ready')

  // A browser whose code was wrong is no tablet, and stays where the code is typed.
  const none = await launch({ viewport: { width: 820, height: 1180 } })
  await none.page.goto(`${portal.url}/kiosk`)
  await none.page.getByLabel('Code').fill('F7K2Q-9XMAB')
  await none.page.getByRole('button', { name: 'Add this tablet' }).click()
  await expect(none.page.getByRole('alert')).toContainText('not right')
  await none.page.reload()
  await expect(none.page.getByRole('heading', { name: 'Make this a tablet of the practice' })).toBeVisible()
})
