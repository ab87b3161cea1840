/**
 * What opens a device, and what no longer does: a password forgotten or changed elsewhere, tried too often, a device that
 * was away too long, and the end of an account. Whatever happens, what was typed arrives or is kept.
 */
import type { Page } from '@playwright/test'
import { SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { ask, signIn as signInByHand } from '../harness/sign-in.ts'
import { openSection, WAITING } from './filling.ts'
import { expect, PASSWORD, readyOffline, signIn, test, unlock } from './portal-test.ts'

const EMAIL = 'client@demo.test'
const NEW_PASSWORD = 'seven calm otters swim'
const AUTH = '/api/v1/portal/auth'

/** Until what lies here can be opened by the clinic for somebody who signs in: some moment after the first contact. */
const inTrust = (page: Page) =>
  expect
    .poll(() =>
      page.evaluate(async () => {
        const settled = <T>(request: IDBRequest<T>) =>
          new Promise<T>((resolve) => {
            request.onsuccess = () => resolve(request.result)
          })
        const database = await settled(indexedDB.open('mentalspace-keys'))
        const entries = await settled(database.transaction('accounts').objectStore('accounts').getAll())
        database.close()
        return entries.every((entry) => entry.escrowSlot !== undefined)
      }),
    )
    .toBe(true)

/** Signs in, types a middle name with no network, and has it on the disk. */
async function typeOffline(page: Page, url: string, cut: () => Promise<void>, name: string): Promise<void> {
  await signIn(page, url, EMAIL)
  await openSection(page, 'Initial Intake', 'About you')
  await readyOffline(page)
  await inTrust(page)
  await cut()
  await page.getByLabel('Middle name').fill(name)
  await expect(page.getByText(WAITING).first()).toBeVisible()
}
/** On a device whose replica is locked, with what the clinic knows by now. */
async function signInAgain(page: Page, password: string): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByText('That password does not open this device.')).toBeVisible()
  await withEmail(page, password)
}
async function withEmail(page: Page, password: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in with your email' }).click()
  await page.getByLabel('Email').fill(EMAIL)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}
const arrives = async (url: string, password: string, text: string) => {
  const other = await signInByHand(url, EMAIL, { password })
  const record = { client: other.clientId, after: 0, upTo: null }
  await expect
    .poll(async () => {
      const answer = await other.fetch(`${SYNC_HTTP}/pull`, { method: 'POST', body: record })
      return answer.text.includes(text)
    })
    .toBe(true)
}

test('a forgotten password costs nothing that was typed and not sent', async ({
  portal,
  launch,
  network,
}) => {
  const line = await network()
  const device = await launch()
  await typeOffline(device.page, line.url, () => line.cut(), 'Typed and then forgotten')
  await device.quit()

  await ask(`${portal.url}${AUTH}/forgot-password`, { method: 'POST', body: { email: EMAIL } })
  let link = ''
  await expect
    .poll(async () => {
      const { text } = await ask(`${portal.url}/demo/outbox`)
      const mail = /href="(\/demo\/outbox\/[\w-]+)"/.exec(text)?.[1] ?? '/demo/outbox'
      link = /reset-password#([\w.-]+)/.exec((await ask(portal.url + mail)).text)?.[1] ?? ''
      return link
    })
    .not.toBe('')
  const body = { link, password: NEW_PASSWORD }
  expect((await ask(`${portal.url}${AUTH}/reset-password`, { method: 'POST', body })).status).toBe(200)

  await line.restore()
  const page = await device.start()
  await page.goto(line.url)
  await signInAgain(page, NEW_PASSWORD)
  // Back where it was left.
  await expect(page.getByRole('heading', { name: 'About you' })).toBeVisible()
  await arrives(portal.url, NEW_PASSWORD, 'Typed and then forgotten')
  // From now on it opens this device, with no network.
  await line.cut()
  await page.goto(line.url)
  await page.getByLabel('Password', { exact: true }).fill(NEW_PASSWORD)
  await page.getByRole('button', { name: 'Unlock' }).click()
  await openSection(page, 'Initial Intake', 'About you')
  await expect(page.getByLabel('Middle name')).toHaveValue('Typed and then forgotten')
})

test('a password changed elsewhere: the old one opens until the clinic was reached', async ({
  portal,
  launch,
  network,
}) => {
  const line = await network()
  const device = await launch()
  await typeOffline(device.page, line.url, () => line.cut(), 'Typed under the old one')
  const elsewhere = await signInByHand(portal.url, EMAIL)
  const body = { password: PASSWORD, newPassword: NEW_PASSWORD, endOtherSessions: true }
  expect((await elsewhere.fetch(`${AUTH}/change-password`, { method: 'POST', body })).status).toBe(204)

  await device.page.reload()
  await unlock(device.page)
  await expect(device.page.getByLabel('Middle name')).toHaveValue('Typed under the old one')
  await line.restore()
  await expect(device.page.getByText('Saved here · sign in to send').filter({ visible: true })).toBeVisible()
  await device.page.reload()
  await signInAgain(device.page, NEW_PASSWORD)
  await arrives(portal.url, NEW_PASSWORD, 'Typed under the old one')
  await device.page.reload()
  await unlock(device.page)
  await expect(device.page.getByText('That password does not open this device.')).toBeVisible()
})

test('ten wrong passwords: nothing is deleted, and a sign-in opens it again', async ({
  portal,
  launch,
  network,
}) => {
  const line = await network()
  const { page } = await launch()
  await typeOffline(page, line.url, () => line.cut(), 'Typed before the guesses')
  await page.reload()
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    await page.getByLabel('Password', { exact: true }).fill(`wrong ${attempt}`)
    await page.getByRole('button', { name: 'Unlock' }).click()
    await expect(page.getByRole('alert')).toBeVisible()
    // Nobody waits for hours here.
    await page.evaluate(async () => {
      const settled = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve) => {
          request.onsuccess = () => resolve(request.result)
        })
      const database = await settled(indexedDB.open('mentalspace-keys'))
      const store = database.transaction('accounts', 'readwrite').objectStore('accounts')
      for (const entry of await settled(store.getAll())) await settled(store.put({ ...entry, retryAt: 0 }))
      database.close()
    })
  }
  await expect(page.getByText(/the password alone no longer opens this device/)).toBeVisible()
  await line.restore()
  await withEmail(page, PASSWORD)
  await arrives(portal.url, PASSWORD, 'Typed before the guesses')
})

/** What the worker takes for the time; its clock is not the page's. */
async function jump(page: Page, days: number): Promise<void> {
  await expect.poll(() => page.workers().length).toBeGreaterThan(0)
  for (const worker of page.workers())
    await worker.evaluate((ms) => {
      const real = Date.now.bind(Date)
      Date.now = () => real() + ms
    }, days * 86_400_000)
}

test('seven days without the clinic: the device opens, then asks for it, and keeps all it has; newer terms are asked about at the contact', async ({
  portal,
  launch,
  network,
}) => {
  const line = await network()
  const { page } = await launch()
  await typeOffline(page, line.url, () => line.cut(), 'Typed on the journey')
  await page.reload()
  await jump(page, 6.9)
  await unlock(page)
  await expect(page.getByLabel('Middle name')).toHaveValue('Typed on the journey')
  // A clock that was set back is no way around it.
  await page.reload()
  await unlock(page)
  await expect(page.getByText(/clock was set back/)).toBeVisible()
  await page.reload()
  await jump(page, 7.1)
  await unlock(page)
  await expect(page.getByText(/has not heard from the clinic for a while/)).toBeVisible()
  await expect(page.getByLabel('Middle name')).toHaveCount(0)

  await portal.maintain(async ({ prisma }) => {
    await prisma.termsAcceptance.updateMany({ data: { version: '2025-01' } })
  })
  await line.restore()
  await unlock(page)
  await arrives(portal.url, PASSWORD, 'Typed on the journey')
  // Not while a form is open; and what is typed goes on being saved whatever the answer.
  await expect(page.getByLabel('Middle name')).toHaveValue('Typed on the journey')
  const newer = page.getByRole('region', { name: 'New terms of use' })
  await expect(newer).toHaveCount(0)
  await page.getByRole('link', { name: 'Home', exact: true }).first().click()
  await newer.getByRole('button', { name: 'Accept the terms' }).click()
  await expect(page.getByText('You have accepted the terms of use.')).toBeVisible()
  await page.reload()
  await unlock(page)
  await expect(page.getByRole('heading', { name: /^Hello/ })).toBeVisible()
  await expect(newer).toHaveCount(0)
})
