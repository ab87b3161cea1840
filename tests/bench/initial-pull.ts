/**
 * The first pull of 1,000 documents to an empty device in a real browser, from the press of "Sign in" until the device
 * says that it is up to date: password check, pull, opening on the server, sealing and strict writes on the device.
 * Baseline: the same pull answers fetched by a plain script and put, unsealed, into a bare IndexedDB.
 */
import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { collections } from '../../sync-server/collections.ts'
import { createClientKeys } from '../../sync-server/platform/client-keys.ts'
import { createKeyProvider } from '../../sync-server/platform/key-provider.ts'
import { createReplication } from '../../sync-server/replication/replication.ts'
import { BrowserDevice } from '../e2e/browser-device.ts'
import { PASSWORD, signIn } from '../e2e/portal-test.ts'
import { createNetwork } from '../harness/network.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import type { Figure } from './table.ts'

const DOCUMENTS = 1_000
const RUNS = 3
const NOTE =
  'Thank you for your message. I have read what you wrote about your week, and I would like to talk about it. '

export async function measureInitialPull(): Promise<readonly Figure[]> {
  await using portal = await startPortal()
  await giveMessages(portal)
  await using network = await createNetwork(() => portal.port)
  const times: number[] = []
  const down: number[] = []
  const plain: number[] = []
  for (let run = 0; run < RUNS; run += 1) {
    const device = await BrowserDevice.launch()
    try {
      await device.page.goto(network.url)
      await device.page.getByLabel('Email').waitFor()
      await device.page.waitForLoadState('networkidle')
      network.take()
      plain.push(await plainPull(device.page))
      network.take()
      const started = performance.now()
      await signIn(device.page, network.url, 'client@demo.test')
      await device.page.getByText('Up to date').locator('visible=true').first().waitFor()
      times.push(performance.now() - started)
      down.push(network.take().down / 1_000)
    } finally {
      await device.dispose()
    }
  }
  const conditions = `${DOCUMENTS} messages of about 0.8 kB and the demo record; PGlite in memory, same machine`
  return [
    {
      what: `first pull of ${DOCUMENTS} documents, sign-in to up to date`,
      conditions,
      unit: 'ms',
      runs: times,
      baseline: { what: 'plain fetch and bare IndexedDB, signed in the same way', runs: plain },
    },
    {
      what: '… bytes down',
      conditions: `${conditions}; everything after the page was loaded: app chunks, worker, sign-in, pull`,
      unit: 'kB',
      runs: down,
    },
  ]
}

async function giveMessages({ portal }: RunningPortal): Promise<void> {
  const { database, config } = portal
  const account = await database.prisma.portalAccount.findFirstOrThrow({
    where: { email: 'client@demo.test' },
  })
  const admin = await database.prisma.portalAccount.findFirstOrThrow({ where: { role: 'admin' } })
  const replication = createReplication({
    database,
    collections,
    clock: { now: () => Date.now() },
    announce: () => undefined,
    clientKeys: createClientKeys({ keyProvider: createKeyProvider({ kek: config.secrets.kek }) }),
  })
  for (let at = 0; at < DOCUMENTS; at += 250)
    await replication.commit({
      actor: {
        accountId: admin.id as never,
        role: 'admin',
        practiceId: admin.practiceId,
        deviceId: null,
        name: admin.name,
        ip: 'local',
        userAgent: 'bench',
      },
      clientId: account.clientId ?? '',
      action: 'bench.put',
      permit: ['admin'],
      onDevice: false,
      async run({ apply, work }) {
        for (let index = at; index < at + 250; index += 1) {
          const body = {
            threadId: randomUUID(),
            subject: `Message ${index}`,
            priority: 'normal',
            attachments: [],
            author: 'staff',
            authorName: admin.name,
            sentAt: work.receivedAt,
            body: NOTE.repeat(6),
          }
          const done = await apply({
            collection: 'messages',
            documentId: randomUUID(),
            baseRev: 0,
            edits: Object.entries(body).map(([field, value]) => ({ field, value, at: work.receivedAt })),
            by: 'server',
            writer: admin.id,
          })
          if (!done.ok) return done
        }
        return { ok: true, value: undefined }
      },
    })
}

/** The same work without a replica: sign in, fetch every page, put every row. ms. No inner functions: it is sent as text. */
const plainPull = (page: Page): Promise<number> =>
  page.evaluate(async (password) => {
    const started = performance.now()
    const json = { 'content-type': 'application/json' }
    const device = { id: crypto.randomUUID(), name: 'plain' }
    const signedIn = await fetch('/api/v1/portal/auth/login', {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ email: 'client@demo.test', password, device }),
    })
    const { accessToken, account } = await signedIn.json()
    const opening = indexedDB.open('plain', 1)
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      opening.onupgradeneeded = () => opening.result.createObjectStore('rows')
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error)
    })
    let after = 0
    let upTo: number | null = null
    for (;;) {
      const pulled: Response = await fetch('/api/v1/portal/sync/v1/pull', {
        method: 'POST',
        headers: { ...json, authorization: `Bearer ${accessToken}` },
        body: JSON.stringify({ client: account.clientId, after, upTo }),
      })
      const answer = await pulled.json()
      const transaction = database.transaction('rows', 'readwrite', { durability: 'strict' })
      for (const row of answer.rows) transaction.objectStore('rows').put(row, row[1])
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve
        transaction.onabort = reject
      })
      if (answer.done) break
      after = answer.next
      upTo = answer.upTo
    }
    database.close()
    indexedDB.deleteDatabase('plain')
    return performance.now() - started
  }, PASSWORD)
