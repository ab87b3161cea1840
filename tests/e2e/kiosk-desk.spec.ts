/** What the front desk does to a tablet from afar, what a tablet refuses, and what becomes of forms that nobody could file. */
import type { Page } from '@playwright/test'
import { createDeviceKey } from '../harness/device-key.ts'
import { ask, signIn as signInAt } from '../harness/sign-in.ts'
import { expect, PASSWORD, type PortalUnderTest, test } from './portal-test.ts'
import { enrol, frontDesk, holdsPackages, identify } from './waiting-room.ts'

const TABLET = { viewport: { width: 820, height: 1180 } }

/** `action outcome`, of everything that a tablet told. */
async function trail(url: string, of: readonly string[]): Promise<readonly string[]> {
  const admin = await signInAt(url, 'admin@demo.test')
  const found = await Promise.all(
    of.map(async (action) => {
      const { body } = await admin.fetch(`/api/v1/staff/audit?limit=100&action=${action}`)
      return body.items as { action: string; outcome: string; clientId: string | null }[]
    }),
  )
  return found.flat().map(({ action, outcome }) => `${action} ${outcome}`)
}

async function write(page: Page, text: string): Promise<void> {
  await page.getByRole('link', { name: /Intake/ }).click()
  await page.getByRole('link', { name: /^(Start now|Continue where you left off)$/ }).click()
  await page.getByRole('textbox').first().fill(text)
  await expect(page.getByText(/Saved on this device/).first()).toBeVisible()
}

async function draftsOf(url: string): Promise<string> {
  const client = await signInAt(url, 'client@demo.test')
  const { items } = (await client.fetch('/api/v1/portal/forms')).body as { items: { id: string }[] }
  return (await Promise.all(items.map(({ id }) => client.fetch(`/api/v1/portal/forms/${id}`))))
    .map(({ text }) => text)
    .join()
}

async function deskPage(page: Page, portal: PortalUnderTest): Promise<void> {
  await page.goto(`${portal.url}/staff/tablets`)
  await page.getByLabel('Email').fill('desk@demo.test')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Tablets' })).toBeVisible()
}

test('[K4] [K5] [K6] [K7] wrong codes, another tablet’s, a used and an old one, and a wrong birthday open nothing and are audited', async ({
  portal,
  launch,
}) => {
  const desk = await frontDesk(portal.url)
  const { id, code: tabletCode } = await desk.addTablet('Window')
  const other = await desk.addTablet('Door')
  const enrolment = { method: 'POST', body: { code: other.code }, key: createDeviceKey() }
  expect((await ask(`${portal.url}/api/v1/kiosk/enrol`, enrolment)).status).toBe(200)
  const { page } = await launch(TABLET)
  await enrol(page, portal.url, tabletCode)
  const stop = page.getByRole('heading', { name: 'Please ask at the front desk' })
  const refused = async (words: string) => {
    await expect(stop).toBeVisible()
    await expect(page.getByText(words)).toBeVisible()
    await page.getByRole('button', { name: 'Start again' }).click()
  }
  const MISMATCH = 'The code and the date of birth do not fit together.'
  const elsewhere = await desk.arm(other.id, ['phq-9'])
  const visit = await desk.arm(id, ['phq-9'])
  await holdsPackages(page, 1)
  await identify(page, elsewhere.code)
  await refused(MISMATCH)
  await identify(page, '22222-33333')
  await refused(MISMATCH)
  await identify(page, visit.code)
  await expect(page.getByRole('heading', { name: 'Your forms' })).toBeVisible()
  await page.getByRole('button', { name: 'Stop here' }).click()
  await page.getByRole('button', { name: 'Next client' }).click()
  await identify(page, visit.code)
  await refused('This code was used already.')
  const next = await desk.arm(id, ['phq-9'])
  await holdsPackages(page, 1)
  await identify(page, next.code, ['4', '18', '1991'])
  await refused(MISMATCH)
  await portal.maintain(async ({ prisma }) => {
    await prisma.kioskVisit.update({
      where: { id: next.id },
      data: { expiresAt: new Date(Date.now() - 1_000) },
    })
  })
  await holdsPackages(page, 0)
  await identify(page, next.code)
  await refused('This code is too old.')
  const KINDS = ['kiosk.mismatch', 'kiosk.replayed', 'kiosk.expired', 'kiosk.started']
  await expect
    .poll(async () => (await trail(portal.url, KINDS)).toSorted())
    .toEqual([
      'kiosk.expired denied',
      ...Array.from({ length: 3 }, () => 'kiosk.mismatch denied'),
      'kiosk.replayed denied',
      'kiosk.started allowed',
    ])
})

test('[K5] [K10] [K12] a visit that is taken back closes under the client’s hands, and a tablet that is removed empties itself', async ({
  portal,
  launch,
}) => {
  const office = await frontDesk(portal.url)
  const { id, code: tabletCode } = await office.addTablet('Window')
  const { page } = await launch(TABLET)
  await enrol(page, portal.url, tabletCode)
  const desk = (await launch({ viewport: { width: 1280, height: 900 } })).page
  await deskPage(desk, portal)
  const strip = desk.getByRole('listitem').filter({ hasText: 'Window' })

  const first = await office.arm(id, ['initial-intake'])
  await holdsPackages(page, 1)
  await identify(page, first.code)
  await write(page, 'before it was taken back')
  await expect(strip.first()).toContainText('With a client')
  await desk.getByRole('button', { name: 'Take back the visit of Alex Rivera' }).click()
  await expect(page.getByText('Please return the tablet to the front desk.')).toBeVisible()
  await expect.poll(() => draftsOf(portal.url)).toContain('before it was taken back')
  await expect(page.getByText('before it was taken back')).toHaveCount(0)

  const second = await office.arm(id, ['initial-intake'])
  await holdsPackages(page, 1)
  await page.getByRole('button', { name: 'Next client' }).click()
  await identify(page, second.code)
  await write(page, 'before it was removed')
  await expect.poll(async () => (await office.tablet(id))?.unsent).toBe(0)
  await desk.getByRole('button', { name: 'Remove Window' }).click()
  await desk.getByRole('button', { name: 'Remove and empty it' }).click()
  await expect(desk.getByRole('alertdialog')).toBeHidden()
  await expect(page.getByRole('heading', { name: 'This tablet was removed, and is empty' })).toBeVisible()
  await expect.poll(() => draftsOf(portal.url)).toContain('before it was removed')
  const left = await page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: (await caches.keys()).filter((name) => !name.startsWith('workbox-precache')),
    session: sessionStorage.length,
  }))
  expect(left).toEqual({ databases: [], caches: [], session: 0 })
  await expect.poll(async () => office.tablet(id)).toBeUndefined()
  // A new start is a browser that was never a tablet.
  await page.goto(`${portal.url}/kiosk`)
  await expect(page.getByRole('heading', { name: 'Make this a tablet of the practice' })).toBeVisible()
})

test('[K14] [K15] what cannot be filed is put into a new copy by the front desk; what is not taken stays on the tablet', async ({
  portal,
  network,
  launch,
}) => {
  const office = await frontDesk(portal.url)
  const net = await network()
  const { id, code: tabletCode } = await office.addTablet('Window')
  const { page } = await launch(TABLET)
  await enrol(page, net.url, tabletCode)
  const visit = await office.arm(id, ['initial-intake'])
  await holdsPackages(page, 1)
  await net.cut()
  await identify(page, visit.code)
  await write(page, 'typed while the form went away')
  await page.getByRole('button', { name: 'I need help' }).click()
  await page.getByRole('button', { name: 'Stop here' }).click()
  await expect(page.getByText('1 form waits to be sent')).toBeVisible()
  await portal.maintain(async ({ prisma }) => {
    const { drafts, clientId } = await prisma.kioskVisit.findUniqueOrThrow({ where: { id: visit.id } })
    await prisma.formDraft.updateMany({ where: { clientId, id: { in: drafts } }, data: { deleted: true } })
  })
  await net.restore()

  const desk = (await launch({ viewport: { width: 1280, height: 900 } })).page
  await deskPage(desk, portal)
  const waiting = desk.getByRole('region', { name: 'Could not be filed' })
  await expect(waiting).toContainText('Alex Rivera')
  await expect(desk.getByText('1 form could not be filed').first()).toBeVisible()
  await waiting.getByRole('button', { name: 'Put the answers of Alex Rivera into a new copy' }).click()
  await expect(waiting).toBeHidden()
  expect(await draftsOf(portal.url)).toContain('typed while the form went away')
  await desk.getByRole('button', { name: 'Arm the visit of Alex Rivera again' }).first().click()
  const code = (await desk.getByText(/^[2-9A-Z]{5}-[2-9A-Z]{5}$/).textContent()) ?? ''
  await holdsPackages(page, 1)
  await page.getByRole('button', { name: 'Next client' }).click()
  await identify(page, code)
  await page.getByRole('link', { name: /Intake/ }).click()
  await page.getByRole('link', { name: 'Continue where you left off' }).click()
  await expect(page.getByRole('textbox').first()).toHaveValue('typed while the form went away')

  // A database that was put back from before the visit does not know it.
  await net.cut()
  await page.getByRole('textbox').first().fill('typed before the database was put back')
  await expect(page.getByText(/Saved on this device/).first()).toBeVisible()
  await page.getByRole('button', { name: 'I need help' }).click()
  await page.getByRole('button', { name: 'Stop here' }).click()
  await portal.maintain(async ({ prisma }) => {
    await prisma.kioskAnswer.deleteMany()
    await prisma.kioskVisit.deleteMany()
  })
  await net.restore()
  await expect(page.getByText('1 form needs staff')).toBeVisible()
  await expect(desk.getByText('1 form not taken')).toBeVisible()
  await desk.getByRole('button', { name: 'Remove Window' }).click()
  await desk.getByRole('button', { name: 'Remove and empty it' }).click()
  await expect(desk.getByRole('alert')).toContainText('It holds 1 form that has not arrived.')
})

test('[K17] [K18] what somebody began and walked away from is gone, and a tablet is no portal', async ({
  portal,
  launch,
}) => {
  const admin = await frontDesk(portal.url, 'admin@demo.test')
  const { code: tabletCode } = await admin.addTablet('Window')
  const pin = { method: 'PUT', body: { pin: '482913' } }
  expect((await admin.device.fetch('/api/v1/staff/kiosk/settings', pin)).status).toBe(204)
  const { page } = await launch(TABLET)
  await enrol(page, portal.url, tabletCode)
  await page.clock.install()
  await page.goto(`${portal.url}/kiosk`)
  const welcome = page.getByRole('heading', { name: 'Welcome' })
  await page.getByRole('button', { name: 'Larger', exact: true }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Code').fill('F7K2Q-9')
  await page.clock.fastForward(121_000)
  await expect(welcome).toBeVisible()
  await expect(page.getByRole('button', { name: 'Normal', exact: true })).toHaveAttribute(
    'aria-pressed',
    'true',
  )
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByLabel('Code')).toHaveValue('')

  const asStaff = async () => {
    await page.getByRole('button', { name: 'Staff' }).click()
    await page.getByLabel('PIN', { exact: true }).fill('482913')
    await page.getByRole('button', { name: 'Continue' }).click()
    await expect(page.getByRole('button', { name: 'Leave the tablet’s screens' })).toBeVisible()
  }
  await asStaff()
  await page.clock.fastForward(121_000)
  await expect(welcome).toBeVisible()
  for (const path of ['/', '/sign-in', '/staff/tablets']) {
    await page.goto(portal.url + path)
    await expect(welcome).toBeVisible()
    expect(new URL(page.url()).pathname).toBe('/kiosk')
  }
  await asStaff()
  await page.getByRole('button', { name: 'Leave the tablet’s screens' }).click()
  await page.waitForURL('about:blank')
})
