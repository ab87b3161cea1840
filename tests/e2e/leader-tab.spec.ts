/** Three tabs of one device, and the end of the one that holds the socket. SPEC: client/replica/SPEC.md, R21. */
import type { CDPSession, Page } from '@playwright/test'
import { createRelay, type Relay } from '../harness/relay.ts'
import type { BrowserDevice } from './browser-device.ts'
import { answerScale, openForm, openForms, openSection, RECEIVED } from './filling.ts'
import { expect, type PortalUnderTest, signIn, test, unlock } from './portal-test.ts'
import { secondDevice } from './server-state.ts'

const FIRST = 'Legal first name'
const MIDDLE = 'Middle name'
const CALLED = 'Name you would like us to use'

/** Three tabs on the same page; the first one has held the socket from the start. */
async function openTabs(device: BrowserDevice, relay: Relay, begin: (page: Page) => Promise<void>) {
  const one = device.page
  await signIn(one, relay.url, 'client@demo.test')
  await begin(one)
  await expect.poll(() => relay.webSockets()).toBe(1)
  const [two, three] = [await device.context.newPage(), await device.context.newPage()]
  for (const page of [two, three]) {
    page.setDefaultTimeout(15_000)
    await page.bringToFront()
    await page.goto(one.url())
    await unlock(page)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  }
  expect(relay.webSockets()).toBe(1)
  return { one, two, three }
}

/** What the database has of the demo client. */
async function onServer({ url }: PortalUnderTest) {
  using device = await secondDevice(url)
  const drafts = JSON.stringify(await device.documents('drafts'))
  return { drafts, submissions: (await device.documents('submissions')).length }
}

const lifecycle = async (page: Page) => {
  const session: CDPSession = await page.context().newCDPSession(page)
  const set = (state: 'frozen' | 'active') => session.send('Page.setWebLifecycleState', { state })
  return { freeze: () => set('frozen'), thaw: () => set('active') }
}

/** False while another tab is in the middle of a transaction. */
const canWrite = (page: Page): Promise<boolean> =>
  page.evaluate(async () => {
    const open = (name: string) =>
      new Promise<IDBDatabase>((resolve, reject) => {
        const asked = indexedDB.open(name)
        asked.onsuccess = () => resolve(asked.result)
        asked.onerror = () => reject(asked.error)
      })
    const isFree = async (name: string) => {
      const database = await open(name)
      const stores = [...database.objectStoreNames]
      if (stores.length === 0) return database.close()
      await new Promise((resolve) => {
        const transaction = database.transaction(stores, 'readwrite')
        transaction.objectStore(stores[0] ?? '').count()
        transaction.oncomplete = resolve
      })
      database.close()
    }
    const all = (await indexedDB.databases()).map(({ name = '' }) => isFree(name))
    return Promise.race([
      Promise.all(all).then(() => true),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 3_000)),
    ])
  })

/**
 * Between two transactions, as a browser does it: one that others wait for keeps its tab awake. The command of the test
 * does not ask.
 */
async function freezeAtRest(tab: Page, other: Page) {
  const of = await lifecycle(tab)
  await expect(async () => {
    await of.freeze()
    if (await canWrite(other)) return
    await of.thaw()
    throw new Error('It was writing.')
  }).toPass()
  return of
}

/** Its process is gone at once, and the worker with it. The call itself is never answered. */
async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const crashed = page.waitForEvent('crash')
  session.send('Page.crash').catch(() => {})
  await crashed
}

const section = (page: Page) => openSection(page, 'Initial Intake', 'About you')

for (const end of ['closed', 'crashed'] as const)
  test(`the tab with the socket is ${end}: another takes over and nothing is lost`, async ({
    portal,
    launch,
  }) => {
    await using relay = await createRelay(() => portal.port)
    const { one, two, three } = await openTabs(await launch(), relay, section)
    await one.getByLabel(FIRST).fill('Rosa')
    await expect(two.getByLabel(FIRST)).toHaveValue('Rosa')
    await (end === 'closed' ? one.close() : crash(one))
    await two.getByLabel(MIDDLE).fill('Maria')
    await three.getByLabel(CALLED).fill('Rosie')
    for (const page of [two, three]) {
      await expect(page.getByText(RECEIVED).first()).toBeVisible()
      await expect(page.getByLabel(MIDDLE)).toHaveValue('Maria')
      await expect(page.getByLabel(CALLED)).toHaveValue('Rosie')
    }
    await expect.poll(() => relay.webSockets()).toBe(1)
    for (const text of ['Rosa', 'Maria', 'Rosie'])
      await expect.poll(async () => (await onServer(portal)).drafts).toContain(text)
  })

test('the tab with the socket is frozen: another takes the socket, and it follows when it wakes', async ({
  portal,
  launch,
}) => {
  await using relay = await createRelay(() => portal.port)
  const { one, two, three } = await openTabs(await launch({ hidesTabs: true }), relay, section)
  const write = async (page: Page, question: string, text: string) => {
    await page.bringToFront()
    await page.getByLabel(question).fill(text)
    await expect(page.getByText(RECEIVED).first()).toBeVisible()
    await expect.poll(async () => (await onServer(portal)).drafts).toContain(`"${text}"`)
  }
  const first = await freezeAtRest(one, two)
  await write(two, MIDDLE, 'Maria')
  await write(three, CALLED, 'Rosie')
  await expect.poll(() => relay.webSockets()).toBe(1)

  await first.thaw()
  await write(one, FIRST, 'Rosa')
  for (const page of [one, two, three]) {
    await page.bringToFront()
    await expect(page.getByText(RECEIVED).first()).toBeVisible()
    await expect(page.getByLabel(FIRST)).toHaveValue('Rosa')
    await expect(page.getByLabel(MIDDLE)).toHaveValue('Maria')
    await expect(page.getByLabel(CALLED)).toHaveValue('Rosie')
  }
  expect((await onServer(portal)).drafts).not.toMatch(/"contested":\{"/)
  await expect.poll(() => relay.webSockets()).toBe(1)
})

test('a tab crashes between its submission and the answer: the form is handed in once', async ({
  portal,
  launch,
}) => {
  await using relay = await createRelay(() => portal.port)
  const { one, two, three } = await openTabs(await launch(), relay, async (page) => {
    await openForm(page, 'GAD-7')
    await page.getByRole('link', { name: 'Start now' }).click()
    await answerScale(page, 'Several days')
    await page.getByRole('button', { name: 'Continue' }).click()
    await expect(page.getByRole('heading', { name: 'Check your answers' })).toBeVisible()
  })
  const before = await onServer(portal)
  relay.loseAnswers()
  await one.getByRole('button', { name: 'Submit' }).click()
  await expect.poll(async () => (await onServer(portal)).submissions).toBe(before.submissions + 1)
  await crash(one)
  relay.restore()
  for (const page of [two, three]) {
    await openForms(page)
    await expect(page.getByRole('link', { name: /^View: .*GAD-7/ })).toHaveCount(1)
    await expect(page.getByText(/waiting to send/i)).toHaveCount(0)
  }
  await expect.poll(() => relay.webSockets()).toBe(1)
  expect((await onServer(portal)).submissions).toBe(before.submissions + 1)
})
