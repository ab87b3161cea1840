/** Three tabs of one device, and the ends that a browser can make of one. */
import type { CDPSession, Page } from '@playwright/test'
import type { Relay } from '../harness/relay.ts'
import type { BrowserDevice } from './browser-device.ts'
import { expect, signIn, unlock } from './portal-test.ts'

/** Three tabs on the same page; the first one has held the socket from the start. */
export async function openTabs(device: BrowserDevice, relay: Relay, begin: (page: Page) => Promise<void>) {
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
export async function freezeAtRest(tab: Page, other: Page) {
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
export async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const crashed = page.waitForEvent('crash')
  session.send('Page.crash').catch(() => {})
  await crashed
}
