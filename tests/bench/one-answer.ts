/** Bytes on the wire for one short answer, typed on one device and shown on another: TCP payload, frames included. */
import { BrowserDevice } from '../e2e/browser-device.ts'
import { openSection, RECEIVED } from '../e2e/filling.ts'
import { signIn } from '../e2e/portal-test.ts'
import { createNetwork } from '../harness/network.ts'
import { spawnServer } from '../harness/server.ts'
import type { Figure } from './table.ts'

const RUNS = 10

export async function measureOneAnswer(): Promise<readonly Figure[]> {
  await using server = await spawnServer()
  await using writerNetwork = await createNetwork(() => server.port)
  await using readerNetwork = await createNetwork(() => server.port)
  const writer = await BrowserDevice.launch()
  const reader = await BrowserDevice.launch()
  try {
    for (const [device, network] of [
      [writer, writerNetwork],
      [reader, readerNetwork],
    ] as const) {
      await signIn(device.page, network.url, 'client@demo.test')
      await openSection(device.page, 'Initial Intake', 'About you')
    }
    const answer = (page: typeof writer.page) => page.getByLabel('Middle name')
    await answer(writer.page).fill('first')
    await writer.page.getByText(RECEIVED).first().waitFor()
    const up: number[] = []
    const down: number[] = []
    const live: number[] = []
    for (let run = 0; run < RUNS; run += 1) {
      const value = `Maria ${run}`
      writerNetwork.take()
      readerNetwork.take()
      await answer(writer.page).fill(value)
      await reader.page.waitForFunction((text) => {
        const input = document.querySelector<HTMLInputElement>('#q-middle-name')
        return input?.value === text
      }, value)
      await writer.page.getByText(RECEIVED).first().waitFor()
      const sent = writerNetwork.take()
      up.push(sent.up)
      down.push(sent.down)
      live.push(readerNetwork.take().down)
    }
    const conditions = 'one text answer of 7 characters, live socket, PGlite, audit and sealing on'
    return [
      { what: 'one answer, writer to server', conditions, unit: 'bytes', runs: up },
      {
        what: 'one answer, server to writer (answer and its changes)',
        conditions,
        unit: 'bytes',
        runs: down,
      },
      { what: 'one answer, server to the other device', conditions, unit: 'bytes', runs: live },
    ]
  } finally {
    await writer.dispose()
    await reader.dispose()
  }
}
