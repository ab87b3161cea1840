/** Push from the profile to the screen: permission asked there alone, encrypted on the way, and gone with the sign-out. */
import { randomUUID } from 'node:crypto'
import type { BrowserContext, Page, Worker } from '@playwright/test'
import { createDatabase } from '../harness/database.ts'
import { openPushDouble } from '../harness/push-service.ts'
import { spawnServer } from '../harness/server.ts'
import { signIn as signInOverRest } from '../harness/sign-in.ts'
import { expect, readyOffline, signIn, test } from './portal-test.ts'

type Given = { readonly endpoint: string; readonly keys: { readonly p256dh: string; readonly auth: string } }

/** No push service of the world is reached from here: this one's address is what the browser would have been given. */
const pretendService = (given: Given) => {
  const made = {
    endpoint: given.endpoint,
    toJSON: () => given,
    unsubscribe: async () => {
      sessionStorage.removeItem('pretended')
      return true
    },
  }
  const proto = PushManager.prototype as unknown as Record<string, unknown>
  proto.getSubscription = async () => (sessionStorage.getItem('pretended') === null ? null : made)
  proto.subscribe = async () => {
    sessionStorage.setItem('pretended', 'yes')
    return made
  }
}

/** As the browser's push service would hand it to the worker; there once the worker has shown what it says. */
async function deliver(context: BrowserContext, page: Page, origin: string, data: string): Promise<void> {
  // Chromium forgets a notice that is asked for between its being kept and its being shown.
  const worker = context.serviceWorkers()[0] as Worker
  await worker.evaluate(() => {
    const { registration } = globalThis as unknown as { registration: ServiceWorkerRegistration }
    const show = registration.showNotification.bind(registration)
    const shown = new Promise<void>((resolve) => {
      registration.showNotification = (title, options) => show(title, options).then(resolve)
    })
    Object.assign(globalThis, { shown })
  })
  const cdp = await context.newCDPSession(page)
  const found = new Promise<string>((resolve) =>
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find(({ scopeURL }) => scopeURL.startsWith(origin))
      if (own !== undefined) resolve(own.registrationId)
    }),
  )
  await cdp.send('ServiceWorker.enable')
  await cdp.send('ServiceWorker.deliverPushMessage', { origin, registrationId: await found, data })
  await worker.evaluate(() => Reflect.get(globalThis, 'shown'))
}

const shown = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready
    return (await registration.getNotifications()).map(({ title, body }) => ({ title, body }))
  })

test('a device is told at once of a new message, and says nothing of it', async ({ launch }) => {
  await using database = await createDatabase('postgres')
  const networks = { PORTAL_WEBHOOK_NETWORKS: '127.0.0.1' }
  await using server = await spawnServer({ ...database, environment: networks })
  const url = `http://localhost:${server.port}`
  let publicKey = ''
  await using service = await openPushDouble(() => publicKey)
  const device = await launch({ shell: false, viewport: { width: 360, height: 740 } })
  const { page } = device
  const context = page.context()
  await context.addInitScript(pretendService, service.subscription)
  await signIn(page, url, 'client@demo.test')
  await readyOffline(page)
  await page.getByRole('navigation').getByRole('link', { name: 'Account' }).click()
  await page.getByRole('link', { name: 'Profile and notifications' }).click()
  // Nothing was asked of the browser so far.
  expect(await page.evaluate(() => Notification.permission)).not.toBe('granted')
  await context.grantPermissions(['notifications'], { origin: url })
  // It shows what is kept on the device, a moment after the click.
  const quiet = page.getByRole('checkbox', { name: 'No push and no texts at night' })
  await quiet.click()
  await expect(quiet).not.toBeChecked()
  const client = await signInOverRest(url, 'client@demo.test')
  publicKey = String((await client.fetch('/api/v1/portal/push')).body.publicKey)
  await page.getByRole('button', { name: 'Turn on on this device' }).click()
  await expect(page.getByRole('button', { name: 'Turn off on this device' })).toBeVisible()

  const clinician = await signInOverRest(url, 'clinician@demo.test')
  await clinician.fetch(`/api/v1/staff/clients/${client.clientId}/messages`, {
    method: 'POST',
    headers: { 'idempotency-key': randomUUID() },
    body: { subject: 'Your sertraline', body: 'Take it at night.', priority: 'normal' },
  })
  // That somebody signed in is told too, and may come before it.
  const told = () => service.pushed.map(({ content }) => content).filter(({ tag }) => tag === 'message')
  await expect.poll(() => told().length).toBe(1)
  expect(service.refused).toEqual([])
  await deliver(context, page, url, JSON.stringify(told()[0]))
  const notice = { title: 'You have a new message', body: 'Sign in to the portal to read it.' }
  expect(await shown(page)).toEqual([notice])

  await page.getByRole('navigation').getByRole('link', { name: 'Account' }).click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByLabel('Email')).toBeVisible()
  await expect.poll(() => shown(page)).toEqual([])
  expect(await page.evaluate(() => sessionStorage.getItem('pretended'))).toBeNull()
})
