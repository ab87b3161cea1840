/** Three tabs of one device, and the one with the socket ends: how long until another has it (R21). */
import { BrowserDevice } from '../e2e/browser-device.ts'
import { openSection } from '../e2e/filling.ts'
import { crash, freezeAtRest, openTabs } from '../e2e/three-tabs.ts'
import { createRelay } from '../harness/relay.ts'
import { spawnServer } from '../harness/server.ts'
import type { Figure } from './table.ts'

const RUNS = 5
const ENDS = ['closed', 'crashed', 'frozen'] as const

export async function measureTabTakeover(): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const end of ENDS) {
    const runs: number[] = []
    for (let run = 0; run < RUNS; run += 1) runs.push(await takeover(end))
    figures.push({
      what: `the tab with the socket is ${end}: until another has one`,
      conditions: 'three tabs with a form open, everything sent; from the end to the request for a WebSocket',
      unit: 'ms',
      runs,
    })
  }
  return figures
}

async function takeover(end: (typeof ENDS)[number]): Promise<number> {
  await using server = await spawnServer()
  await using relay = await createRelay(() => server.port)
  const device = await BrowserDevice.launch({ hidesTabs: end === 'frozen' })
  try {
    const { one, two } = await openTabs(device, relay, (page) =>
      openSection(page, 'Initial Intake', 'About you'),
    )
    const before = relay.webSocketsEver()
    let since = performance.now()
    if (end === 'closed') await one.close()
    else if (end === 'crashed') await crash(one)
    else since = (await freezeAtRest(one, two)).since
    while (relay.webSocketsEver() === before) await new Promise((resolve) => setTimeout(resolve, 5))
    return performance.now() - since
  } finally {
    await device.dispose()
  }
}
