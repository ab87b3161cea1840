/**
 * Who else might be at the browser, the wire or the database, and what they hold afterwards. The whole list:
 * docs/security/attacks.md.
 */
import type { Page, Request } from '@playwright/test'
import { createDeviceKey } from '../harness/device-key.ts'
import { ask } from '../harness/sign-in.ts'
import { openForms, openSection, RECEIVED } from './filling.ts'
import { expect, readyOffline, signIn, test, unlock } from './portal-test.ts'

const FORMS = '/api/v1/portal/forms'

/** What a sniffer at the device sees of a request with a token. */
const overheard = async (page: Page): Promise<{ authorization: string; dpop: string }> => {
  const isProven = (request: Request) => 'authorization' in request.headers() && 'dpop' in request.headers()
  const { authorization = '', dpop = '' } = (await page.waitForRequest(isProven)).headers()
  return { authorization, dpop }
}

test('a stolen token, a copy of the database and a pen for it give nobody a word of a client', async ({
  portal,
  launch,
}) => {
  const { page } = await launch()
  const stolen = overheard(page)
  await signIn(page, portal.url, 'client@demo.test')
  await openSection(page, 'Initial Intake', 'About you')
  await page.getByLabel('Middle name').fill('Quetzalcoatl')
  await expect(page.getByText(RECEIVED).first()).toBeVisible()
  await page.getByRole('link', { name: 'Account', exact: true }).first().click()
  await page.getByRole('link', { name: 'Signed-in devices' }).click()
  const { authorization, dpop } = await stolen
  const token = authorization.replace('DPoP ', '')

  // With its own proof again, with none, as a bearer's, and with a proof of the thief's key.
  const replay = (headers: Record<string, string>) => fetch(portal.url + FORMS, { headers })
  for (const headers of [{ authorization, dpop }, { authorization }, { authorization: `Bearer ${token}` }])
    expect((await replay(headers)).status).toBe(401)
  expect((await ask(portal.url + FORMS, { key: createDeviceKey(), token })).status).toBe(401)

  await portal.maintain(async ({ withScripts }) => {
    await withScripts(async ({ query }) => {
      const hex = Buffer.from('Quetzalcoatl').toString('hex')
      const tables = await query<{ name: string }>(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'portal'`,
      )
      expect(tables.length).toBeGreaterThan(20)
      for (const { name } of tables)
        expect(
          await query(`SELECT 1 FROM portal.${name} t WHERE t::text LIKE $1 OR t::text LIKE $2`, [
            '%Quetzalcoatl%',
            `%${hex}%`,
          ]),
        ).toEqual([])
      // Another form of the same client in the place of the intake.
      const [swapped] = await query<{ n: number }>(
        `WITH other AS (SELECT id, client_id, body FROM portal.form_draft WHERE form_key = 'phq-9')
         UPDATE portal.form_draft d SET body = other.body FROM other
         WHERE d.client_id = other.client_id AND d.form_key = 'initial-intake' RETURNING 1 AS n`,
      )
      expect(swapped).toBeDefined()
    })
  })
  const other = (await launch()).page
  await signIn(other, portal.url, 'client@demo.test')
  await expect(other.getByRole('heading', { name: /^Hello/ })).toBeVisible()
  await openForms(other)
  // What does not open in its place is shown to nobody; the rest is there.
  await expect(other.getByRole('link', { name: /PHQ-9/ }).first()).toBeVisible()
  await expect(other.getByText('Initial Intake')).toHaveCount(0)
})

test('who comes next at the same browser finds nothing of who was there before', async ({
  portal,
  launch,
}) => {
  const { page } = await launch()
  await signIn(page, portal.url, 'client@demo.test')
  await openSection(page, 'Initial Intake', 'About you')
  await page.getByLabel('Middle name').fill('Quetzalcoatl')
  await expect(page.getByText(RECEIVED).first()).toBeVisible()
  await readyOffline(page)
  await page.getByRole('link', { name: 'Account', exact: true }).first().click()
  await page.getByRole('button', { name: /^Sign out/ }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByLabel('Email')).toBeVisible()

  const left = await page.evaluate(async () => {
    const databases = (await indexedDB.databases()).map(({ name }) => name)
    const cached = await Promise.all(
      (await caches.keys()).map(async (name) =>
        (await (await caches.open(name)).keys()).map(({ url }) => url),
      ),
    )
    return {
      databases,
      api: cached.flat().filter((url) => url.includes('/api/')),
      text: document.documentElement.outerHTML,
      stored: JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }]),
    }
  })
  expect(left.databases.filter((name) => name?.startsWith('replica-'))).toEqual([])
  expect(left.api).toEqual([])
  expect(left.text + left.stored).not.toMatch(/Quetzalcoatl|Alex|client@demo/)
  // The clinic is told as soon as it can be reached: nobody waits for it.
  await expect.poll(() => page.context().cookies()).toEqual([])
  // Neither by the way back, nor by the address of a form, with the network or without.
  for (const go of [() => page.goBack(), () => page.goto(`${portal.url}/forms`)]) {
    await go()
    await expect(page.getByLabel('Email')).toBeVisible()
    await expect(page.getByText(/Quetzalcoatl|Initial Intake/)).toHaveCount(0)
  }
  await page.goto(portal.url)
  await signIn(page, portal.url, 'client2@demo.test')
  await expect(page.getByRole('heading', { name: /^Hello/ })).toBeVisible()
  await page.reload()
  await unlock(page)
  await expect(page.getByRole('heading', { name: /^Hello/ })).toBeVisible()
  await expect(page.getByText(/Quetzalcoatl/)).toHaveCount(0)
})
