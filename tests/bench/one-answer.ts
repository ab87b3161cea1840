/**
 * Bytes on the wire for one short answer, typed on one device and shown on another, and for a reconnect with nothing
 * new: TCP payload, HTTP headers and frames included.
 */
import type { Page } from '@playwright/test'
import { BrowserDevice } from '../e2e/browser-device.ts'
import { openSection, RECEIVED } from '../e2e/filling.ts'
import { signIn, unlock } from '../e2e/portal-test.ts'
import { createNetwork, type Network } from '../harness/network.ts'
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
    const again = await reconnects(reader.page, readerNetwork)
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
      {
        what: 'one answer in all',
        conditions,
        unit: 'bytes',
        runs: up.map((bytes, run) => bytes + (down[run] ?? 0) + (live[run] ?? 0)),
      },
      ...again,
    ]
  } finally {
    await writer.dispose()
    await reader.dispose()
  }
}

/** The line is cut and restored: upgrade of the connection, sign-in of the socket, hello and its answer. */
async function reconnects(page: Page, network: Network): Promise<readonly Figure[]> {
  await page.goto(`${network.url}/sync`)
  await unlock(page)
  const connected = page.getByText('Connected with the clinic.')
  await connected.waitFor()
  const up: number[] = []
  const down: number[] = []
  for (let run = 0; run < RUNS; run += 1) {
    await network.cut()
    await connected.waitFor({ state: 'detached' })
    network.take()
    await network.restore()
    await page.getByRole('button', { name: 'Send now' }).click()
    await connected.waitFor()
    const bytes = network.take()
    up.push(bytes.up)
    down.push(bytes.down)
  }
  const conditions =
    'Chromium on localhost; its own headers and the refresh cookie are 666 bytes of what goes up'
  return [
    { what: 'reconnect with nothing new, device to server', conditions, unit: 'bytes', runs: up },
    { what: 'reconnect with nothing new, server to device', conditions, unit: 'bytes', runs: down },
  ]
}
