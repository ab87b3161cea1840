/** The front desk and a tablet, as the tests of both need them. */
import { expect, type Page } from '@playwright/test'
import { shownCode } from '../../shared/domains/kiosk/code.ts'
import { type SignedInDevice, signIn } from '../harness/sign-in.ts'

/** As it stands in the demo practice. */
export const ALEX = { name: 'Alex Rivera', birthday: ['4', '17', '1991'] } as const

export interface FrontDesk {
  addTablet(name: string): Promise<{ id: string; code: string }>
  arm(
    tablet: string,
    forms: readonly string[],
    more?: Record<string, unknown>,
  ): Promise<{ id: string; code: string }>
  tablet(id: string): Promise<{ unsent: number; state: string; kept: number } | undefined>
  visits(): Promise<readonly { id: string; state: string; handedIn: number }[]>
  readonly device: SignedInDevice
}

/** The front desk's own routes; the pages have a test of their own. */
export async function frontDesk(url: string, email = 'desk@demo.test'): Promise<FrontDesk> {
  let device = await signIn(url, email)
  const ask = (path: string, body?: unknown) =>
    device.fetch(`/api/v1/staff/${path}`, body === undefined ? {} : { method: 'POST', body })
  const call = async (path: string, body?: unknown) => {
    let answer = await ask(path, body)
    // A morning at the front desk is longer than a token's life.
    if (answer.status === 401) {
      device = await signIn(url, email)
      answer = await ask(path, body)
    }
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`)
    return answer.body
  }
  const { items } = await call('accounts/search', { search: ALEX.name })
  const client = (items as { clientId: string }[])[0]?.clientId
  return {
    get device() {
      return device
    },
    addTablet: async (name) => (await call('kiosk/tablets', { name })) as { id: string; code: string },
    arm: async (tablet, forms, more = {}) =>
      (await call('kiosk/visits', { client, tablet, forms, language: 'en', minutes: 60, ...more })) as {
        id: string
        code: string
      },
    tablet: async (id) =>
      (
        (await call('kiosk/tablets')).items as { id: string; unsent: number; state: string; kept: number }[]
      ).find((one) => one.id === id),
    visits: async () =>
      (await call('kiosk/visits')).items as { id: string; state: string; handedIn: number }[],
  }
}

export async function enrol(page: Page, url: string, code: string): Promise<void> {
  await page.goto(`${url}/kiosk`)
  await page.getByLabel('Code').fill(shownCode(code))
  await page.getByRole('button', { name: 'Add this tablet' }).click()
  await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible()
  // Its own files, and what it has to hold.
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
}

/** Resolves when the tablet holds so many packages that open something. */
export const holdsPackages = (page: Page, count: number): Promise<void> =>
  expect.poll(() => page.evaluate(readPackages), { timeout: 30_000 }).toBe(count)

async function readPackages(): Promise<number> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('kiosk')
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const ask = <T>(store: string, run: (store: IDBObjectStore) => IDBRequest<T>) =>
    new Promise<T>((resolve) => {
      const request = run(database.transaction(store).objectStore(store))
      request.onsuccess = () => resolve(request.result)
    })
  const orders = await ask('facts', (store) => store.get('orders'))
  const here = await ask('definitions', (store) => store.count())
  database.close()
  if (orders === undefined || here < orders.definitions.length) return -1
  return orders.packages.filter((one: { sealed?: string }) => one.sealed !== undefined).length
}

type Birthday = readonly string[]

export async function identify(page: Page, code: string, birthday: Birthday = ALEX.birthday): Promise<void> {
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Code').fill(code)
  await page.getByRole('button', { name: 'Continue' }).click()
  await confirmBirthday(page, birthday)
}

export async function confirmBirthday(page: Page, [month, day, year]: Birthday): Promise<void> {
  await page.getByLabel('Month').fill(month ?? '')
  await page.getByLabel('Day').fill(day ?? '')
  await page.getByLabel('Year').fill(year ?? '')
  await page.getByRole('button', { name: 'Open my forms' }).click()
}

/** As the client sees it, over the portal's own routes. */
export async function submissionsOf(
  url: string,
): Promise<readonly { id: string; formKey: string; answers: object }[]> {
  const client = await signIn(url, 'client@demo.test')
  const { body } = await client.fetch(`/api/v1/portal/forms/submissions?client=${client.clientId}&limit=100`)
  return (body.items ?? []) as { id: string; formKey: string; answers: object }[]
}
