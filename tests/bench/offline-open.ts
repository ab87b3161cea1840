/** From opening the app with no server to the first question of a begun intake, at a quarter of the processor. */
import { BrowserDevice } from '../e2e/browser-device.ts'
import { openSection, WAITING } from '../e2e/filling.ts'
import { PASSWORD, readyOffline, signIn } from '../e2e/portal-test.ts'
import { spawnServer } from '../harness/server.ts'
import type { Figure } from './table.ts'

const RUNS = 5

export async function measureOfflineOpen(): Promise<readonly Figure[]> {
  const server = await spawnServer()
  const device = await BrowserDevice.launch({ viewport: { width: 390, height: 844 } })
  try {
    const { page } = device
    await signIn(page, server.url, 'client@demo.test')
    await openSection(page, 'Initial Intake', 'About you')
    await readyOffline(page)
    await server.kill()
    await page.getByLabel('Legal first name').fill('Rosa')
    await page.getByText(WAITING).first().waitFor()
    const session = await page.context().newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
    const toUnlock: number[] = []
    const toQuestion: number[] = []
    for (let run = 0; run < RUNS; run += 1) {
      const opened = performance.now()
      await page.goto(server.url)
      await page.getByRole('button', { name: 'Unlock' }).waitFor()
      toUnlock.push(performance.now() - opened)
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
      const unlocking = performance.now()
      await page.getByRole('button', { name: 'Unlock' }).click()
      await page.getByLabel('Legal first name').waitFor()
      toQuestion.push(performance.now() - unlocking)
    }
    const conditions =
      'server stopped, page at 4× CPU throttling (the worker is not throttled by the browser), warm profile'
    return [
      { what: 'offline: address to unlock page', conditions, unit: 'ms', runs: toUnlock },
      {
        what: 'offline: unlock to the question where the client left off',
        conditions: `${conditions}; Argon2id (32 MiB, 3 passes) included`,
        unit: 'ms',
        runs: toQuestion,
      },
    ]
  } finally {
    await device.dispose()
    await server[Symbol.asyncDispose]()
  }
}
