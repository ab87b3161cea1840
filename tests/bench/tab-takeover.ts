/** Three tabs of one device: from the end of the one that holds the socket until another tab opens one. */
import type { Page } from '@playwright/test'
import { BrowserDevice } from '../e2e/browser-device.ts'
import { signIn, unlock } from '../e2e/portal-test.ts'
import { crash } from '../e2e/three-tabs.ts'
import { createRelay } from '../harness/relay.ts'
import { spawnServer } from '../harness/server.ts'
import type { Figure } from './table.ts'

const RUNS = 5
/** Far beyond what is promised: reached only where something is broken. */
const PATIENCE_MS = 60_000

const ENDS: { readonly [end: string]: (page: Page) => Promise<unknown> } = {
  closed: (page) => page.close(),
  crashed: crash,
  async frozen(page) {
    const session = await page.context().newCDPSession(page)
    await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  },
}

export async function measureTabTakeover(): Promise<readonly Figure[]> {
  await using server = await spawnServer()
  const figures: Figure[] = []
  for (const [end, happens] of Object.entries(ENDS)) {
    const runs: number[] = []
    for (let run = 0; run < RUNS; run += 1) {
      runs.push(await takeover(server.port, happens))
      console.log(`  the tab is ${end}: ${runs.at(-1)?.toFixed(0)} ms`)
    }
    figures.push({
      what: `the tab with the socket is ${end}, until another has one`,
      conditions:
        'three tabs on the list of forms, each time a device of its own; seen by a relay before the server',
      unit: 'ms',
      runs,
    })
  }
  return figures
}

async function takeover(port: number, end: (page: Page) => Promise<unknown>): Promise<number> {
  await using relay = await createRelay(() => port)
  const device = await BrowserDevice.launch({ hidesTabs: true })
  try {
    const { page: one } = device
    await signIn(one, relay.url, 'client@demo.test')
    await until(() => relay.webSockets() === 1)
    for (const page of [await device.context.newPage(), await device.context.newPage()]) {
      await page.bringToFront()
      await page.goto(one.url())
      await unlock(page)
      await page.getByRole('heading', { level: 1 }).waitFor()
    }
    const before = relay.made()
    const ended = performance.now()
    // A crash and a freeze are not always answered.
    end(one).catch(() => {})
    await until(() => relay.made() > before)
    return performance.now() - ended
  } finally {
    await device.dispose()
  }
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error('Nothing came.')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
