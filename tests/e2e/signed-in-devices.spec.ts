/** The page of signed-in devices; and what a script on the page can get hold of, which is nothing that it could take along. */
import type { Page } from '@playwright/test'
import { signIn as signInByHand } from '../harness/sign-in.ts'
import { openSection } from './filling.ts'
import { expect, readyOffline, signIn, test, unlock } from './portal-test.ts'

test('a lost device is wiped from another one, and the page says when', async ({ portal, launch }) => {
  const [mine, lost] = [await launch({ shell: false }), await launch()]
  await signIn(mine.page, portal.url, 'client@demo.test')
  await signIn(lost.page, portal.url, 'client@demo.test')
  await openSection(lost.page, 'Initial Intake', 'About you')
  await mine.page.getByRole('link', { name: 'Account', exact: true }).first().click()
  await mine.page.getByRole('link', { name: 'Signed-in devices' }).click()
  await expect(mine.page.getByRole('heading', { name: 'Signed-in devices' })).toBeVisible()
  await expect(mine.page.getByText('This device')).toBeVisible()

  // Signed out: its session ends, and what it holds stays.
  await mine.page.getByRole('main').getByRole('button', { name: 'Sign out', exact: true }).click()
  await mine.page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
  await expect(mine.page.getByText('Signed out.', { exact: true })).toBeVisible()
  await expect(mine.page.getByText('Not in use at the moment')).toBeVisible()
  const name = lost.page.getByLabel('Middle name')
  await name.fill('Still here')
  await expect(name).toHaveValue('Still here')
  await readyOffline(lost.page)
  await lost.quit()

  await mine.page.getByRole('button', { name: 'Lost it: remove everything from it' }).click()
  await mine.page.getByRole('button', { name: 'Sign out and remove everything' }).click()
  await expect(mine.page.getByText(/^Signed out; removes everything at its next contact/)).toBeVisible()
  // Its next contact: somebody signs in there.
  const found = await lost.start()
  await found.goto(portal.url)
  await unlock(found)
  await expect(found.getByLabel('Email')).toBeVisible()
  // The page shows what the clinic knows at that moment; that device says it when it can.
  await expect(async () => {
    await mine.page.reload()
    await unlock(mine.page)
    await expect(mine.page.getByText(/^Removed everything at/)).toBeVisible({ timeout: 5_000 })
  }).toPass()
  // What it had not sent is there for its owner to read.
  const owner = await signInByHand(portal.url, 'client@demo.test')
  expect((await owner.fetch('/api/v1/portal/quarantine')).text).toContain('Still here')
})

test('says plainly that the list needs the clinic', async ({ portal, launch }) => {
  const { page } = await launch()
  await signIn(page, portal.url, 'client@demo.test')
  await expect(page.getByRole('heading', { name: /^Hello/ })).toBeVisible()
  await readyOffline(page)
  await portal.stop()
  await page.getByRole('link', { name: 'Account', exact: true }).first().click()
  await page.getByRole('link', { name: 'Signed-in devices' }).click()
  await expect(page.getByText('The list comes from the clinic, which cannot be reached now.')).toBeVisible()
  await portal.start()
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText('This device')).toBeVisible()
})

/** All that a script reaches: both directions of the port, every database, caches, cookies, storages, globals. */
const takeEverything = (page: Page) =>
  page.evaluate(async () => {
    const reached: unknown[] = [...(window as unknown as { said: string[] }).said]
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    for (const { name } of await indexedDB.databases()) {
      const database = await settled(indexedDB.open(name ?? ''))
      for (const store of database.objectStoreNames)
        reached.push(await settled(database.transaction(store).objectStore(store).getAll()))
      database.close()
    }
    const kept = await Promise.all(
      (await caches.keys()).map(async (name) => (await caches.open(name)).keys()),
    )
    reached.push(kept.flat().map(({ url }) => url))
    reached.push(document.cookie, { ...localStorage }, { ...sessionStorage })
    const isOurs = (value: unknown) => typeof value === 'string' || value instanceof CryptoKey
    reached.push(
      Object.getOwnPropertyNames(window)
        .map((name) => Reflect.get(window, name))
        .filter(isOurs),
    )

    const isInside = (value: unknown) =>
      typeof value === 'object' && value !== null && !(value instanceof CryptoKey)
    const flat = (value: unknown): unknown[] =>
      isInside(value) ? Object.values(value as object).flatMap(flat) : [value]
    const all = flat(reached)
    const found = all.filter((value) => value instanceof CryptoKey)
    Object.assign(window, { found })
    const describe = (key: CryptoKey) =>
      `${key.type} ${key.algorithm.name} ${key.extractable ? 'extractable' : 'kept'}`
    return { texts: all.filter((value) => typeof value === 'string'), keys: found.map(describe) }
  })

/** Formats in which a secret key came out. */
async function tryToExport(): Promise<string[]> {
  const secret = (window as unknown as { found: CryptoKey[] }).found.filter(({ type }) => type !== 'public')
  const attempts = secret.flatMap((key) =>
    (['pkcs8', 'jwk', 'raw'] as const).map((format) =>
      crypto.subtle.exportKey(format as 'jwk', key).then(
        () => [format],
        () => [],
      ),
    ),
  )
  return (await Promise.all(attempts)).flat()
}

/** As the page does, and for what the page never does: a new token, a box, local values. */
async function askTheWorker(): Promise<readonly object[]> {
  const { worker } = window as unknown as { worker: Worker }
  let n = 1_000_000
  const ask = (call: string, input: object) =>
    new Promise<object>((resolve) => {
      n += 1
      const mine = n
      worker.addEventListener('message', ({ data }) => {
        if (data.n === mine) resolve(data)
      })
      worker.postMessage({ n: mine, call, input })
    })
  const device = { id: crypto.randomUUID(), name: 'A script' }
  const login = { email: 'client@demo.test', password: 'demo-portal-2026', device }
  const request = (method: string, path: string, body?: object) => ask('request', { method, path, body })
  return [
    await request('POST', '/api/v1/portal/auth/refresh-token', {}),
    await request('POST', '/api/v1/portal/AUTH/login', login),
    await request('GET', '/api/v1/portal/device-key/recipient'),
    await ask('readLocal', { key: 'lease' }),
  ]
}

test('a script on the page exports no key and no token', async ({ portal, launch }) => {
  const { page } = await launch()
  await page.addInitScript(() => {
    const said: string[] = []
    Object.assign(window, { said })
    // Everything that crosses the page's port to its worker, both ways.
    const note = (value: unknown) => said.push(JSON.stringify(value) ?? '')
    const post = Worker.prototype.postMessage as (message: unknown) => void
    Worker.prototype.postMessage = function (this: Worker, message: unknown) {
      note(message)
      Object.assign(window, { worker: this })
      post.call(this, message)
    } as typeof Worker.prototype.postMessage
    const listen = Worker.prototype.addEventListener
    Worker.prototype.addEventListener = function (this: Worker, ...given: Parameters<typeof listen>) {
      listen.call(this, 'message', (event) => note((event as MessageEvent).data))
      return listen.apply(this, given)
    } as typeof listen
  })
  await signIn(page, portal.url, 'client@demo.test')
  await expect(page.getByRole('heading', { name: /^Hello/ })).toBeVisible()
  await page.getByRole('link', { name: 'Account', exact: true }).first().click()
  await page.getByRole('link', { name: 'Signed-in devices' }).click()
  await expect(page.getByText('This device')).toBeVisible()

  const answers = await page.evaluate(askTheWorker)
  expect(answers).toHaveLength(4)
  expect(JSON.stringify(answers)).not.toMatch(/eyJ|accessToken|escrowTicket/)

  const { keys, texts } = await takeEverything(page)
  const exported = await page.evaluate(tryToExport)
  expect(keys).toContain('private ECDSA kept')
  expect(keys.filter((key) => !key.startsWith('public') && key.endsWith('extractable'))).toEqual([])
  expect(exported).toEqual([])
  expect(texts.length).toBeGreaterThan(20)
  const everything = texts.join('\n')
  // Access tokens and proofs, refresh tokens, tickets.
  expect(everything).not.toMatch(/eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/)
  expect(everything).not.toMatch(/[0-9a-f-]{36}\.\d+\.[\w-]{43}/)
  expect(everything).not.toMatch(/"(accessToken|socketTicket|refreshToken)"/)
  expect(everything).not.toMatch(/\b[\w-]{48}\b/)
})
