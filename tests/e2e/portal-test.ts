/**
 * What every browser test starts from: a real server as its own process over the project's database, and devices with
 * profiles of their own. `portal.stop()` and `portal.restart()` are the server's crash and return, on the same port.
 */
import { join } from 'node:path'
import { test as base, expect, type Page } from '@playwright/test'
import { type Database, openDatabase } from '../../sync-server/platform/database.ts'
import { createDatabase, type TestDatabase } from '../harness/database.ts'
import { createNetwork, type Network } from '../harness/network.ts'
import { type SpawnedServer, spawnServer } from '../harness/server.ts'
import { BrowserDevice, type DeviceOptions } from './browser-device.ts'

export const PASSWORD = 'demo-portal-2026'

export class PortalUnderTest {
  readonly #database: TestDatabase
  #server: SpawnedServer | null = null
  #port: number | undefined

  constructor(database: TestDatabase) {
    this.#database = database
  }

  get url(): string {
    return `http://localhost:${this.port}`
  }

  get port(): number {
    if (this.#port === undefined) throw new Error('the server was never started')
    return this.#port
  }

  async start(): Promise<void> {
    this.#server = await spawnServer({ ...this.#database, ...(this.#port ? { port: this.#port } : {}) })
    this.#port = this.#server.port
  }

  /** SIGKILL by default: a crash, not a farewell. */
  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#server?.kill(signal)
    await this.#server?.exited
    this.#server = null
  }

  /** What an operator does at the database while the server is down; it is up again afterwards. */
  async maintain(work: (database: Database) => Promise<void>): Promise<void> {
    await this.stop()
    const { databaseUrl: url, dataDir } = this.#database
    const database = await openDatabase({ url, dataDir: join(dataDir, 'database') })
    await work(database)
    await database.close()
    await this.start()
  }

  async dispose(): Promise<void> {
    await this.stop()
    await this.#database.dispose()
  }
}

/** What the engine alone cannot do. */
const needsWhole = ({ textSize, hidesTabs, camera, screenReader }: DeviceOptions = {}): boolean =>
  textSize !== undefined || hidesTabs === true || camera !== undefined || screenReader === true

export const test = base.extend<{
  portal: PortalUnderTest
  /** A network of a device's own, which a test can cut without touching the server. */
  network: () => Promise<Network>
  launch: (options?: DeviceOptions) => Promise<BrowserDevice>
}>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern
  portal: async ({}, use, info) => {
    const portal = new PortalUnderTest(await createDatabase(info.project.metadata.database))
    await portal.start()
    await use(portal)
    await portal.dispose()
  },
  network: async ({ portal }, use) => {
    const networks: Network[] = []
    await use(async () => {
      const network = await createNetwork(() => portal.port)
      networks.push(network)
      return network
    })
    await Promise.all(networks.map((network) => network[Symbol.asyncDispose]()))
  },
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern
  launch: async ({}, use, info) => {
    const devices: BrowserDevice[] = []
    await use(async (options) => {
      const device = await BrowserDevice.launch({ shell: !needsWhole(options), ...options })
      devices.push(device)
      return device
    })
    // A picture of every screen says more than the line that failed.
    if (info.status !== info.expectedStatus)
      for (const [index, device] of devices.entries())
        await device.screenshot(info.outputPath(`device-${index + 1}.png`))
    await Promise.all(devices.map((device) => device.dispose()))
  },
})

export { expect }

export async function signIn(page: Page, url: string, email: string): Promise<void> {
  await page.goto(url)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Resolves when the app's files are on the device: from here on it opens with no network. */
export const readyOffline = (page: Page): Promise<void> =>
  page.waitForFunction(() => navigator.serviceWorker.controller !== null).then(() => undefined)

export async function unlock(page: Page): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Unlock' }).click()
}
