/**
 * One tablet from hand to hand: most clients hand in, some stop, some have the tablet die on them. A few times in every run of
 * the tests; `npm run kiosk:handovers -- 50` as often as one likes. After each: nobody's words on the disk, in the page, in its
 * memory, its history or its caches; in the end: everything that was promised is there.
 */
import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { signIn } from '../harness/sign-in.ts'
import { expect, type PortalUnderTest, test } from './portal-test.ts'
import { scanProfile } from './scan-profile.ts'
import { enrol, type FrontDesk, frontDesk, holdsPackages, identify, submissionsOf } from './waiting-room.ts'

const COUNT = Number(process.env.HAND_OVERS ?? 3)
/** In every text that anybody types here. */
const CANARY = 'pelican7341'
const WAYS = [
  'hands in',
  'hands in, no network',
  'killed while typing',
  'killed after handing in',
  'stops',
] as const
const FORM = {
  resourceType: 'Questionnaire',
  status: 'active',
  title: 'Waiting room',
  item: [{ linkId: 'story', text: 'What brings you here?', type: 'text', required: true }],
}

async function addForm(portal: PortalUnderTest): Promise<void> {
  await portal.maintain(async ({ prisma }) => {
    const { id: practiceId } = await prisma.practice.findFirstOrThrow()
    const form = { id: randomUUID(), practiceId, key: 'waiting-room', kind: 'custom', title: FORM.title }
    await prisma.form.create({ data: form })
    const version = { id: randomUUID(), formId: form.id, version: 1, title: FORM.title, questionnaire: FORM }
    await prisma.formVersion.create({ data: version })
  })
}

/** What a look at the page, its memory and all that its origin keeps would give away. */
async function tracesIn(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  const heap: string[] = []
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => void heap.push(chunk))
  await session.send('HeapProfiler.takeHeapSnapshot', {})
  const { entries } = await session.send('Page.getNavigationHistory')
  await session.detach()
  const kept = await page.evaluate(async () => ({
    dom: document.documentElement.outerHTML,
    local: JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }) + document.cookie,
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: (await caches.keys()).filter((name) => !name.startsWith('workbox-precache')),
  }))
  const places = { heap: heap.join(''), dom: kept.dom, local: kept.local, history: JSON.stringify(entries) }
  return [
    ...Object.entries(places).flatMap(([name, text]) => (text.includes(CANARY) ? [name] : [])),
    ...kept.databases.filter((name) => name !== 'kiosk').map((name) => `database ${name}`),
    ...kept.caches.map((name) => `cache ${name}`),
  ]
}

const draftTexts = async (url: string): Promise<string> => {
  const client = await signIn(url, 'client@demo.test')
  const { items } = (await client.fetch('/api/v1/portal/forms')).body as {
    items: { id: string; formKey: string }[]
  }
  const own = items.filter(({ formKey }) => formKey === 'waiting-room')
  const texts = await Promise.all(own.map(({ id }) => client.fetch(`/api/v1/portal/forms/${id}`)))
  return texts.map(({ text }) => text).join()
}

async function type(page: Page, text: string): Promise<void> {
  await page.getByRole('link', { name: /^(Start|Continue): Waiting room/ }).click()
  await page.getByRole('link', { name: /^(Start now|Continue where you left off)$/ }).click()
  await page.getByRole('textbox').fill(text)
  await expect(page.getByText(/^Saved on this device/)).toBeVisible()
}

async function handInForm(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Submit' }).click()
  await expect(page.getByRole('heading', { name: 'Thank you, that is everything' })).toBeVisible()
}

const tellOf = (round: number): void => {
  if (COUNT > WAYS.length) process.stderr.write(`hand-over ${round + 1} of ${COUNT}\n`)
}
const endOf = (way = ''): 'parked' | 'finished' =>
  way === 'stops' || way.startsWith('killed') ? 'parked' : 'finished'

test(`[K12] ${COUNT} hand-overs leave no trace and lose nothing`, async ({ portal, launch, network }) => {
  test.setTimeout(120_000 + COUNT * 60_000)
  await addForm(portal)
  const net = await network()
  const desk: FrontDesk = await frontDesk(portal.url)
  const { id, code: tabletCode } = await desk.addTablet('Round')
  const device = await launch({ shell: false, viewport: { width: 820, height: 1180 } })
  await enrol(device.page, net.url, tabletCode)
  const promised: string[] = []
  const traces: string[] = []
  for (let round = 0; round < COUNT; round += 1) {
    tellOf(round)
    const way = WAYS[(round + (COUNT < WAYS.length ? 1 : 0)) % WAYS.length]
    const text = `${CANARY} ${randomUUID()}`
    let page = device.page
    const { id: visit, code } = await desk.arm(id, ['waiting-room'])
    await holdsPackages(page, 1)
    if (way !== 'hands in') await net.cut()
    await page.goto(`${net.url}/kiosk`)
    await identify(page, code)
    await type(page, text)
    if (way === 'killed while typing') {
      await device.kill()
      page = await device.start()
    } else if (way === 'stops') {
      await page.getByRole('button', { name: 'I need help' }).click()
      await page.getByRole('button', { name: 'Stop here' }).click()
    } else {
      await handInForm(page)
      promised.push(text)
      if (way === 'killed after handing in') {
        await device.kill()
        page = await device.start()
      } else await page.getByRole('button', { name: 'Finish' }).click()
    }
    if (way?.startsWith('killed')) await page.goto(`${net.url}/kiosk`)
    await expect(page.getByRole('button', { name: /Next client|Continue/ })).toBeVisible()
    await page.goBack().catch(() => null)
    if (!page.url().endsWith('/kiosk')) await page.goto(`${net.url}/kiosk`)
    const found = await tracesIn(page)
    const { findings, files } = scanProfile(device.profile, [CANARY])
    expect(files).toBeGreaterThan(20)
    traces.push(
      ...[...found, ...findings.map(({ file }) => file)].map((where) => `${round} ${way}: ${where}`),
    )
    if (way !== 'hands in') await net.restore()
    await page.goto(`${net.url}/kiosk`)
    // It hands in first, and says after that how the visit ended.
    const ended = endOf(way)
    await expect.poll(async () => (await desk.visits()).find((one) => one.id === visit)?.state).toBe(ended)
    expect((await desk.tablet(id))?.unsent).toBe(0)
    // What was not handed in is in the draft, for whoever is let in again.
    if (way === 'stops' || way === 'killed while typing')
      await expect.poll(() => draftTexts(portal.url)).toContain(text)
  }
  expect(traces).toEqual([])
  const arrived = JSON.stringify((await submissionsOf(portal.url)).map(({ answers }) => answers))
  expect(promised.filter((text) => !arrived.includes(text))).toEqual([])
  expect(promised.length).toBeGreaterThan(0)
})
