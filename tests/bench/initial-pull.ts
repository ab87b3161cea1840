/**
 * The first pull of 1,000 documents to an empty device in a real browser, from the press of "Sign in" until the device
 * says that it is up to date: password check, pull, opening on the server, sealing and strict writes on the device.
 * Baseline: the same pull answers fetched by a plain script and put, unsealed, into a bare IndexedDB.
 */
import type { Page } from '@playwright/test'
import { BrowserDevice } from '../e2e/browser-device.ts'
import { PASSWORD, signIn } from '../e2e/portal-test.ts'
import { installScriptKey } from '../e2e/script-key.ts'
import { giveDocuments, threadOf } from '../harness/many-documents.ts'
import { createNetwork } from '../harness/network.ts'
import { startPortal } from '../harness/server.ts'
import type { Figure } from './table.ts'

const DOCUMENTS = 1_000
const RUNS = 3
const NOTE =
  'Thank you for your message. I have read what you wrote about your week, and I would like to talk about it. '

export async function measureInitialPull(): Promise<readonly Figure[]> {
  await using portal = await startPortal()
  await giveDocuments(portal, 'messages', DOCUMENTS, (index, at) =>
    threadOf(`Message ${index}`, NOTE.repeat(6), at),
  )
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
      await installScriptKey(device.page)
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

/** The same work without a replica: sign in, fetch every page, put every row. ms. No inner functions: it is sent as text. */
const plainPull = (page: Page): Promise<number> =>
  page.evaluate(async (password) => {
    const started = performance.now()
    const json = { 'content-type': 'application/json' }
    const device = { id: crypto.randomUUID(), name: 'plain' }
    const signedIn = await window.scriptKey.fetch('/api/v1/portal/auth/login', {
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
      const request = {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ client: account.clientId, after, upTo }),
      }
      const path = '/api/v1/portal/sync/v1/pull'
      const pulled: Response = await window.scriptKey.fetch(path, request, accessToken)
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
