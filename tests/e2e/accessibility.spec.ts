/**
 * Every page, in the states that are hardest to get right, against the rules of WCAG 2.2 AA: on a phone and a desktop,
 * light and dark. And no page scrolls sideways at 320 px, or with text at twice its size. One walk is looked at in all
 * sizes: going there costs more than looking.
 */
import type { Page } from '@playwright/test'
import { asClient, asNewcomer } from './client-walks.ts'
import { openSection } from './filling.ts'
import { brokenWords, lookEverywhere, lookInBothSchemes, overflow } from './looking.ts'
import { expect, readyOffline, signIn, test } from './portal-test.ts'
import { asAdmin, asClinician, asDesk, asStaff } from './staff-walks.ts'
import type { Look } from './walk.ts'

const PHONE = { width: 360, height: 740 }
const DESKTOP = { width: 1280, height: 800 }

/** Wherever somebody is signed in there is the navigation; a dialog covers it until it is answered. */
const canLeave = async (page: Page): Promise<boolean> =>
  (await page.getByRole('navigation', { name: 'Main' }).count()) === 0 ||
  (await page.getByRole('alertdialog').or(page.getByRole('dialog')).count()) > 0 ||
  (await page.getByRole('button', { name: 'Sign out', exact: true }).first().isVisible())

test.describe('[V7.4.4] with signing out in sight wherever somebody is signed in', () => {
  // Each walk goes to some twenty pages and looks at each nine times.
  test.describe.configure({ timeout: 900_000 })
  for (const [who, walks] of [
    ['clients and clinicians', [asClient, asStaff]],
    // The newcomer last: until then somebody is there to be invited.
    ['admins and newcomers', [asAdmin, asNewcomer]],
    ['the front desk and the calendar', [asDesk, asClinician]],
  ] as const)
    test(`every page of ${who} keeps the rules of WCAG 2.2 AA, on a phone and a desktop, light and dark`, async ({
      portal,
      launch,
    }) => {
      for (const walk of walks) {
        const { page } = await launch({ viewport: DESKTOP })
        const look: Look = (name) =>
          lookEverywhere(page, name, [PHONE, DESKTOP], async (where) => {
            expect.soft(await canLeave(page), `${where}: signing out`).toBe(true)
          })
        await walk(page, look, portal)
      }
    })
})

test('two answers from two devices keep the rules too', async ({ portal, launch, network }) => {
  const devices = []
  for (const viewport of [PHONE, DESKTOP]) {
    const [{ page }, line] = [await launch({ viewport }), await network()]
    await signIn(page, line.url, 'client@demo.test')
    await expect(page.getByRole('link', { name: /Initial Intake/ })).toBeVisible()
    await readyOffline(page)
    await line.cut()
    await openSection(page, 'Initial Intake', 'About you')
    await page.getByLabel('Legal first name').fill(`Rosa of the ${viewport.width}`)
    await expect(page.getByText('Saved on this device').first()).toBeVisible()
    devices.push({ page, line })
  }
  for (const { line } of devices) await line.restore()
  for (const { page } of devices) {
    await expect(page.getByRole('region', { name: 'Two answers from your devices' })).toBeVisible()
    await lookInBothSchemes(page, 'two answers')
  }
  expect(portal.port).toBeGreaterThan(0)
})

test('no page scrolls sideways or breaks its words with text at twice its size', async ({
  portal,
  launch,
}) => {
  for (const walk of [asClient, asStaff, asAdmin, asNewcomer, asDesk, asClinician]) {
    const device = await launch({ viewport: PHONE, textSize: 32 })
    await walk(
      device.page,
      async (name) => {
        expect.soft(await overflow(device.page), name).toEqual([])
        expect.soft(await brokenWords(device.page), name).toEqual([])
      },
      portal,
    )
  }
})
