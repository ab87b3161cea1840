/**
 * A thief's evening with a tablet: everything that is in its profile is taken out, and every 32 bytes of it are tried as a
 * key on everything that is sealed there. That the search would find a key is shown beside it.
 */
import { createPrivateKey, createPublicKey, hkdfSync, randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { hashRaw } from '@node-rs/argon2'
import type { Page } from '@playwright/test'
import {
  openAnswers,
  openVisit,
  sealAnswers,
  VISIT_HASH,
  visitSecret,
  visitTag,
} from '../../shared/crypto/visit-slot.ts'
import type { TabletOrders } from '../../shared/domains/kiosk/visit.ts'
import { signIn as signInAt } from '../harness/sign-in.ts'
import { BrowserDevice } from './browser-device.ts'
import { expect, test } from './portal-test.ts'
import { ALEX, enrol, frontDesk, holdsPackages, identify } from './waiting-room.ts'

const TABLET = { viewport: { width: 820, height: 1180 } }
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'))

interface Dump {
  readonly orders: TabletOrders
  readonly boxes: readonly { visit: string; draft: string; seq: number; box: string }[]
  /** Of the tablet's key: what of it the browser gives away. */
  readonly key: string
  /** All that the origin's storage gives, as text; bytes as `~base64url`. */
  readonly texts: readonly string[]
}

/** Runs in a page of the tablet's own origin: what a thief's script would see there. */
async function dumpOrigin(): Promise<Dump> {
  const base64 = (bytes: Uint8Array) =>
    btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '')
  const plain = (_: string, value: unknown) => {
    if (value instanceof Uint8Array) return `~${base64(value)}`
    return value instanceof CryptoKey ? `a key, extractable: ${value.extractable}` : value
  }
  const done = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  const texts: string[] = [
    JSON.stringify({ ...localStorage }),
    JSON.stringify({ ...sessionStorage }),
    document.cookie,
  ]
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name))
    for (const store of database.objectStoreNames) {
      const table = database.transaction(store).objectStore(store)
      texts.push(JSON.stringify([await done(table.getAllKeys()), await done(table.getAll())], plain))
    }
    database.close()
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) texts.push(request.url)
  }
  const kiosk = await done(indexedDB.open('kiosk'))
  const of = (store: string) => kiosk.transaction(store).objectStore(store)
  const orders = await done(of('facts').get('orders'))
  const pair = await done<CryptoKeyPair>(of('facts').get('key'))
  const key = await crypto.subtle.exportKey('pkcs8', pair.privateKey).then(
    () => 'given away',
    (error: unknown) => String(error),
  )
  const boxes = (await done(of('outbox').getAll())).map((one) => ({ ...one, box: base64(one.box) }))
  kiosk.close()
  return { orders, boxes, key, texts }
}

/** Every 32 bytes in a row that can be a key. */
function* candidates(blobs: readonly Buffer[]): Generator<Buffer> {
  const seen = new Set<string>()
  for (const blob of blobs)
    for (let at = 0; at + 32 <= blob.length; at += 1) {
      const window = blob.subarray(at, at + 32)
      const name = window.toString('latin1')
      // Fewer different bytes among its 32 has one key in 70,000: texts, zeroes and padding go by.
      if (seen.has(name) || new Set(window).size < 24) continue
      seen.add(name)
      yield window
    }
}

const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex')
const publicOf = (secret: Buffer): string => {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, secret]), format: 'der', type: 'pkcs8' })
  return createPublicKey(key).export({ format: 'jwk' }).x ?? ''
}
const tagOf = (hash: Buffer): string =>
  Buffer.from(hkdfSync('sha256', hash, new Uint8Array(), 'mentalspace.visit-slot.v1 tag', 16)).toString('hex')

/** What of it is a key of what: `package` by what finds it, `box` by the public half it was sealed to. */
function keysAmong(
  blobs: readonly Buffer[],
  tags: ReadonlySet<string>,
  recipients: ReadonlySet<string>,
): { readonly tried: number; readonly found: readonly string[] } {
  let tried = 0
  const found: string[] = []
  for (const window of candidates(blobs)) {
    tried += 1
    if (tags.has(tagOf(window))) found.push('package')
    if (recipients.has(publicOf(window))) found.push('box')
  }
  return { tried, found }
}

const filesBelow = (folder: string): Buffer[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path))

async function write(page: Page, text: string): Promise<void> {
  await page.getByRole('link', { name: /Intake/ }).click()
  await page.getByRole('link', { name: /^(Start now|Continue where you left off)$/ }).click()
  await page.getByRole('textbox').first().fill(text)
  await expect(page.getByText(/Saved on this device/).first()).toBeVisible()
}

test('[K4] [K8] with all that a tablet holds, its own key among it, nothing that is sealed on it opens', async ({
  portal,
  launch,
}) => {
  const desk = await frontDesk(portal.url)
  const { id, code: tabletCode } = await desk.addTablet('Stolen')
  const device = await launch({ shell: false, ...TABLET })
  await enrol(device.page, portal.url, tabletCode)
  const begun = await desk.arm(id, ['initial-intake'])
  const unopened = await desk.arm(id, ['phq-9'])
  await holdsPackages(device.page, 2)
  await portal.stop()
  await device.page.goto(`${portal.url}/kiosk`)
  await identify(device.page, begun.code)
  await write(device.page, 'canary-cormorant-5518')
  await device.kill()

  // A copy, opened in a browser of the thief's: the tablet's files alone, and no server.
  const copy = mkdtempSync(join(tmpdir(), 'portal-stolen-'))
  // Without the lock by which a browser says that it runs on them.
  cpSync(device.profile, copy, { recursive: true, filter: (path) => !basename(path).startsWith('Singleton') })
  const thief = await BrowserDevice.launch(TABLET, copy)
  await thief.page.goto(`${portal.url}/kiosk`)
  await expect(thief.page.getByRole('heading', { name: 'Welcome' })).toBeVisible()
  const { orders, boxes, key, texts } = await thief.page.evaluate(dumpOrigin)
  await thief.dispose()
  expect(key).toContain('not extractable')
  expect(boxes).toHaveLength(1)
  const sealed = orders.packages.filter((one) => one.sealed !== undefined)
  expect(sealed.map(({ visit }) => visit)).toEqual([unopened.id])
  for (const text of texts)
    for (const secret of ['canary-cormorant', ALEX.name, '1991-04-17', 'HL-2', begun.code, unopened.code])
      expect(text).not.toContain(secret)

  const words = texts
    .flatMap((text) => text.match(/[\w-]{22,}/g) ?? [])
    .map((word) => Buffer.from(word, 'base64url'))
  const ownFiles = filesBelow(join(device.profile, 'Default', 'IndexedDB'))
  const tags = new Set(sealed.map(({ tag }) => tag))
  const recipients = new Set([orders.clinicKey.publicKey])
  const { tried, found } = keysAmong([...words, ...ownFiles], tags, recipients)
  expect(tried).toBeGreaterThan(1_000)
  expect(found).toEqual([])

  // The same search finds a key where there is one: the visit's, from code and birthday, and one of a box.
  const hash = await hashRaw(visitSecret(unopened.code, '1991-04-17'), {
    ...{ algorithm: 2, memoryCost: VISIT_HASH.memoryKiB, timeCost: VISIT_HASH.passes, parallelism: 1 },
    ...{ outputLen: 32, salt: bytesOf(orders.tablet.salt) },
  })
  const secret = randomBytes(32)
  const planted = Buffer.concat([randomBytes(100), hash, randomBytes(7), secret, randomBytes(40)])
  expect(keysAmong([planted], tags, new Set([publicOf(secret)])).found).toEqual(['package', 'box'])
  expect(visitTag(hash)).toBe(sealed[0]?.tag)
  const place = { tablet: orders.tablet.id, visit: unopened.id }
  expect(await openVisit(hash, bytesOf(sealed[0]?.sealed ?? ''), place)).toMatchObject({ ok: true })
  const [box] = boxes
  if (box === undefined) throw new Error('There is no box.')
  const where = { tablet: orders.tablet.id, visit: box.visit, draft: box.draft, seq: box.seq }
  const clinic = { keyId: orders.clinicKey.keyId, secretKey: new Uint8Array(secret) }
  expect(await openAnswers(clinic, bytesOf(box.box), where)).toMatchObject({ ok: false })
  const mine = { keyId: clinic.keyId, publicKey: bytesOf(publicOf(secret)) }
  const own = await sealAnswers(mine, 'mine', where, (length) => new Uint8Array(randomBytes(length)))
  expect(await openAnswers(clinic, own, where)).toMatchObject({ ok: true, value: 'mine' })

  // And the practice, which has its key, reads what was typed: the tablet that is brought back hands it in.
  await portal.start()
  const page = await device.start()
  await page.goto(`${portal.url}/kiosk`)
  const client = await signInAt(portal.url, 'client@demo.test')
  const draft = () => client.fetch(`/api/v1/portal/forms/${box.draft}`)
  await expect.poll(async () => (await draft()).text).toContain('canary-cormorant-5518')
  rmSync(copy, { recursive: true, force: true })
})
