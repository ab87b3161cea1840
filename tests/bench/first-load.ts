/** What a first visit transfers until the sign-in page can be used, and what the whole precache holds. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { BrowserDevice } from '../e2e/browser-device.ts'
import { spawnServer } from '../harness/server.ts'
import type { Figure } from './table.ts'

const CLIENT = 'dist/client'

export async function measureFirstLoad(): Promise<readonly Figure[]> {
  await using server = await spawnServer()
  const device = await BrowserDevice.launch()
  try {
    const { page } = device
    const session = await page.context().newCDPSession(page)
    await session.send('Network.enable')
    await session.send('Network.setBypassServiceWorker', { bypass: true })
    let transferred = 0
    const files = new Set<string>()
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      transferred += encodedDataLength
    })
    session.on('Network.responseReceived', ({ response }) => {
      files.add(new URL(response.url).pathname)
    })
    await page.goto(server.url)
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    await page.waitForLoadState('networkidle')
    const gzip = [...files]
      .map((path) => join(CLIENT, path === '/' ? 'index.html' : path))
      .reduce((sum, file) => sum + gzipOf(file), 0)
    return [
      {
        what: 'transferred by the page until the sign-in page is idle',
        conditions: `${files.size} files, brotli as served, headers included, without the worker's own requests`,
        unit: 'kB',
        runs: [transferred / 1_000],
      },
      {
        what: 'the same files, gzip',
        conditions: 'gzip level 9 of each file',
        unit: 'kB',
        runs: [gzip / 1_000],
      },
      {
        what: 'everything the service worker keeps, gzip',
        conditions: `${precached().length} files of its list, the worker of the replica among them`,
        unit: 'kB',
        runs: [precached().reduce((sum, file) => sum + gzipOf(join(CLIENT, file)), 0) / 1_000],
      },
    ]
  } finally {
    await device.dispose()
  }
}

function gzipOf(file: string): number {
  try {
    return gzipSync(readFileSync(file), { level: 9 }).length
  } catch {
    return 0
  }
}

/** The addresses in the built service worker's own list. */
const precached = (): string[] =>
  [
    ...readFileSync(join(CLIENT, 'service-worker.js'), 'utf8').matchAll(/"?url"?:\s*[`"']([^`"']+)[`"']/g),
  ].flatMap(([, url]) => (url === undefined ? [] : [url]))
