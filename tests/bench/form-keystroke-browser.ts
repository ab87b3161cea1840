/**
 * One keystroke in a form of 500 questions with 200 expressions, in Chromium at a quarter of the processor: from the key to
 * the frame that shows it, and what the browser itself says of the event (INP). Every question is answered; each key
 * changes an answer that a calculation reads, which a skip condition reads. `tsx tests/bench/form-keystroke-browser.ts`.
 */
import type { Page } from '@playwright/test'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import { SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { BrowserDevice } from '../e2e/browser-device.ts'
import { openForm } from '../e2e/filling.ts'
import { signIn } from '../e2e/portal-test.ts'
import { spawnServer } from '../harness/server.ts'
import { signIn as signInByRest } from '../harness/sign-in.ts'
import { EXPRESSIONS, largeForm, QUESTIONS } from './large-form.ts'

const KEYS = 200
/** As somebody types who types fast. */
const BETWEEN_MS = 120

interface Seen {
  /** From the key to the end of the next frame, ms. */
  readonly frames: readonly number[]
  /** Of the browser: handlers alone, and up to the next paint (rounded to 8 ms). */
  readonly handled: readonly number[]
  readonly interactions: readonly number[]
}

async function give(url: string, inSections: boolean): Promise<string> {
  const admin = await signInByRest(url, 'admin@demo.test')
  const clinician = await signInByRest(url, 'clinician@demo.test')
  const client = await signInByRest(url, 'client@demo.test')
  const { clientId } = client
  const questionnaire = largeForm(inSections)
  const key = inSections ? 'large' : 'large-page'
  const made = await admin.fetch('/api/v1/staff/forms', {
    method: 'POST',
    body: { key, kind: 'custom', forNewClients: false, questionnaire },
  })
  const given = await clinician.fetch(`/api/v1/staff/clients/${clientId}/forms`, {
    method: 'POST',
    body: { formKey: key },
  })
  const answers = Array.from({ length: QUESTIONS }, (_, n) => [`answers/q${n}`, n % 7])
  const asked = answers.filter((_, n) => n % 5 !== 3)
  const mutation = [1, COLLECTIONS.drafts.number, given.body.draftId, 1, Date.now(), asked]
  const pushed = await client.fetch(`${SYNC_HTTP}/push`, {
    method: 'POST',
    body: { client: clientId, mutations: [mutation] },
  })
  if (made.status !== 201 || given.status !== 201 || pushed.status !== 200)
    throw new Error(made.text + given.text + pushed.text)
  return String(questionnaire.title)
}

async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen = { frames: [] as number[], handled: [] as number[], interactions: [] as number[] }
    Reflect.set(globalThis, 'seen', seen)
    const frame = new MessageChannel()
    const waiting: number[] = []
    // A message that is sent in a frame's callback arrives when that frame was handed over.
    frame.port1.onmessage = () => {
      for (const at of waiting.splice(0)) seen.frames.push(performance.now() - at)
    }
    addEventListener(
      'keydown',
      (event) => {
        waiting.push(event.timeStamp)
        requestAnimationFrame(() => frame.port2.postMessage(0))
      },
      { capture: true },
    )
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as PerformanceEventTiming[]) {
        if (entry.name === 'input') seen.handled.push(entry.processingEnd - entry.processingStart)
        if (entry.interactionId) seen.interactions.push(entry.duration)
      }
    }).observe({ type: 'event', durationThreshold: 16, buffered: false } as PerformanceObserverInit)
  })
}

const shares = (runs: readonly number[]): string => {
  const sorted = [...runs].sort((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1)
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, worst ${at(1)} ms (${runs.length})`
}

async function type(page: Page, rate: number): Promise<Seen> {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate })
  const field = page.getByLabel('Question 0', { exact: false }).first()
  await field.click()
  await watch(page)
  // A digit and its end, in turn: the answer is another one each time.
  for (let key = 0; key < KEYS; key++) {
    await page.keyboard.press(key % 2 === 0 ? String((key / 2) % 10) : 'Backspace')
    await page.waitForTimeout(BETWEEN_MS)
  }
  const seen = await page.evaluate(() => Reflect.get(globalThis, 'seen') as Seen)
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  return seen
}

const server = await spawnServer()
const device = await BrowserDevice.launch({ viewport: { width: 390, height: 844 } })
try {
  const titles = [await give(server.url, true), await give(server.url, false)]
  const { page } = device
  await signIn(page, server.url, 'client@demo.test')
  console.log(`${QUESTIONS} questions, ${EXPRESSIONS} expressions, ${KEYS} keys, ${BETWEEN_MS} ms apart`)
  for (const title of titles) {
    await openForm(page, title)
    await page.getByRole('link', { name: /^(Start now|Continue where you left off)$/ }).click()
    await page.getByLabel('Question 0', { exact: false }).first().waitFor()
    for (const rate of [1, 4]) {
      const { frames, handled, interactions } = await type(page, rate)
      console.log(`${title}, processor 1/${rate}`)
      console.log(`  key to its frame:   ${shares(frames)}`)
      console.log(`  handlers of input:  ${shares(handled)}, of those over 16 ms in all`)
      console.log(`  INP (p98 of keys):  ${shares(interactions)}`)
    }
  }
} finally {
  await device.dispose()
  await server[Symbol.asyncDispose]()
}
process.exit(0)
