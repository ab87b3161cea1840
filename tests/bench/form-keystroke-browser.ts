/**
 * One keystroke in a form of 500 questions with 200 expressions, in Chromium at full speed and at a quarter of the processor. Every question is
 * answered; each key changes an answer that a calculation reads, which a skip condition reads. Two figures: processor time of the page's main
 * thread for the key and all that follows it, the writing included, which other programs of the machine hardly touch; and what a watch says from the
 * key to its frame, which they do: of several rounds the quietest counts. Beside each stands what a bare page of as many fields takes in the same
 * browser: less than that nothing drawn by it can take.
 */
import { loadavg } from 'node:os'
import type { CDPSession, Page } from '@playwright/test'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import { SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { BrowserDevice } from '../e2e/browser-device.ts'
import { openForm } from '../e2e/filling.ts'
import { signIn } from '../e2e/portal-test.ts'
import { spawnServer } from '../harness/server.ts'
import { signIn as signInByRest } from '../harness/sign-in.ts'
import { EXPRESSIONS, IN_SECTION, largeForm, QUESTIONS } from './large-form.ts'
import { type Figure, median } from './table.ts'

const ROUNDS = 3
const KEYS = 20
/** As somebody types who types fast. */
const BETWEEN_MS = 120

/** ms, one of each a key. */
interface Round {
  readonly frames: readonly number[]
  readonly processor: readonly number[]
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

/** Notes, in the page, from the key to the moment in which its frame was handed over, ms. */
const watch = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const frames: number[] = []
    Reflect.set(globalThis, 'untilFrame', frames)
    const frame = new MessageChannel()
    const waiting: number[] = []
    // A message that is sent in a frame's callback arrives when that frame was handed over.
    frame.port1.onmessage = () => {
      for (const at of waiting.splice(0)) frames.push(performance.now() - at)
    }
    addEventListener(
      'keydown',
      (event) => {
        waiting.push(event.timeStamp)
        requestAnimationFrame(() => frame.port2.postMessage(0))
      },
      { capture: true },
    )
  })

/** Processor time of the main thread so far, ms: scripts, styles, layout, painting. */
async function spent(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000
}

async function type(page: Page, session: CDPSession): Promise<Round> {
  await page.evaluate(() => (Reflect.get(globalThis, 'untilFrame') as number[]).splice(0))
  const processor: number[] = []
  // A digit and its end, in turn: the answer is another one each time.
  for (let key = 0; key < KEYS; key++) {
    const before = await spent(session)
    await page.keyboard.press(key % 2 === 0 ? String((key / 2) % 10) : 'Backspace')
    await page.waitForTimeout(BETWEEN_MS)
    processor.push((await spent(session)) - before)
  }
  return { frames: await page.evaluate(() => Reflect.get(globalThis, 'untilFrame') as number[]), processor }
}

/** The quietest of several rounds, for each of the two figures. */
async function typeAt(page: Page, rate: number): Promise<Round> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  await session.send('Emulation.setCPUThrottlingRate', { rate })
  const rounds: Round[] = []
  for (let round = 0; round < ROUNDS; round++) rounds.push(await type(page, session))
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  await session.detach()
  const quietest = (of: keyof Round) =>
    rounds.map((round) => round[of]).reduce((best, next) => (median(next) < median(best) ? next : best))
  return { frames: quietest('frames'), processor: quietest('processor') }
}

async function typeInForm(page: Page, title: string, rates: readonly number[]): Promise<readonly Round[]> {
  await openForm(page, title)
  await page.getByRole('link', { name: /^(Start now|Continue where you left off)$/ }).click()
  await page.getByLabel('Question 0', { exact: false }).first().click()
  await watch(page)
  const rounds: Round[] = []
  for (const rate of rates) rounds.push(await typeAt(page, rate))
  return rounds
}

/** What the browser takes by itself: as many plain fields, with no style and no script but the watch. */
async function typeInBareFields(
  page: Page,
  fields: number,
  rates: readonly number[],
): Promise<readonly Round[]> {
  await page.goto('about:blank')
  const field = (_: unknown, n: number) => `<p><label>Question ${n}<br><input value="${n % 7}"></label></p>`
  await page.setContent(Array.from({ length: fields }, field).join(''))
  await page.getByLabel('Question 0').first().click()
  await watch(page)
  const rounds: Round[] = []
  for (const rate of rates) rounds.push(await typeAt(page, rate))
  return rounds
}

export async function measureFormKeystroke(): Promise<readonly Figure[]> {
  const rates = [1, 4]
  const forms = [true, false].map((inSections) => ({
    inSections,
    fields: inSections ? IN_SECTION : QUESTIONS,
  }))
  await using server = await spawnServer()
  const device = await BrowserDevice.launch({ viewport: { width: 390, height: 844 } })
  try {
    const { page } = device
    const titles: string[] = []
    for (const { inSections } of forms) titles.push(await give(server.url, inSections))
    await signIn(page, server.url, 'client@demo.test')
    const ours: (readonly Round[])[] = []
    for (const title of titles) ours.push(await typeInForm(page, title, rates))
    const bare: (readonly Round[])[] = []
    for (const { fields } of forms) bare.push(await typeInBareFields(page, fields, rates))
    const load = loadavg()[0]?.toFixed(1)
    return forms.flatMap(({ fields }, form) =>
      rates.flatMap((rate, at) => {
        const figure = (what: string, of: keyof Round): Figure => ({
          what,
          conditions: `${titles[form]}: ${QUESTIONS} questions, ${EXPRESSIONS} expressions, processor 1/${rate}; the quietest of ${ROUNDS} rounds of ${KEYS} keys, load average ${load}`,
          unit: 'ms',
          runs: ours[form]?.[at]?.[of] ?? [],
          baseline: { what: `a bare page of ${fields} fields`, runs: bare[form]?.[at]?.[of] ?? [] },
        })
        return [
          figure('one key and all that follows it, processor time of the main thread', 'processor'),
          figure('from the key to its frame', 'frames'),
        ]
      }),
    )
  } finally {
    await device.dispose()
  }
}
