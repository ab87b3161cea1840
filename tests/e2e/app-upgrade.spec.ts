/**
 * Everything changes at once under a replica that has unsent answers: the app, the protocol, the document schema, the
 * envelope and the database on the device; the server too. The next version is this one with later numbers in its
 * sources. Nothing is lost, and what the old build could not send the new one does.
 */
import type { Page } from '@playwright/test'
import { UNDO_MS } from '../../client/features/messages/outgoing.ts'
import { createDeployment, type Edit } from '../harness/deployment.ts'
import { spawnServer } from '../harness/server.ts'
import { signIn as signInDevice } from '../harness/sign-in.ts'
import { answerScale, openForm, openSection, WAITING } from './filling.ts'
import { expect, readyOffline, signIn, test, unlock } from './portal-test.ts'

/** LOINC's code for it. */
const SEVERAL_DAYS = 'LA6569-3'
const NEWER = 'MentalSpace, next year'
const LATER: readonly Edit[] = [
  { file: 'shared/protocol/terms.ts', from: 'PROTOCOL = 2', to: 'PROTOCOL = 3' },
  { file: 'shared/protocol/terms.ts', from: 'SCHEMA_VERSION = 1', to: 'SCHEMA_VERSION = 2' },
  {
    file: 'shared/protocol/versions.ts',
    from: "{ protocol: PROTOCOL, writing: 'packed', step: null }",
    to: "{ protocol: 2, writing: 'packed', step: SAME }, { protocol: PROTOCOL, writing: 'packed', step: null }",
  },
  {
    file: 'shared/crypto/envelope.ts',
    from: 'createEnvelopes([\n  ENVELOPE_V1,\n])',
    to: "createEnvelopes([{ ...ENVELOPE_V1, version: 2, name: 'mentalspace.envelope.v2', salt: 32 }, ENVELOPE_V1])",
  },
  {
    file: 'client/replica/worker/sealed-database.ts',
    from: 'await dexie.open()',
    to: "dexie.version(99).stores({ later: 'n' })\n  await dexie.open()",
  },
]

/** In one conversation, each a mutation of its own; the seconds in which one can be taken back are skipped. */
async function sayAll(page: Page, texts: readonly string[]): Promise<void> {
  await page.clock.install()
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).click()
  await page.getByRole('link', { name: 'Write to your practice' }).click()
  await page.getByLabel('What is it about?').fill('While it was away')
  for (const [index, text] of texts.entries()) {
    await page.getByLabel(index === 0 ? 'Your message' : 'Your answer').fill(text)
    await page.getByRole('button', { name: 'Send' }).click()
    if (index > 0) await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible()
    await page.clock.fastForward(UNDO_MS)
    await expect(page.getByRole('listitem').filter({ hasText: text })).toBeVisible()
  }
}

test('answers and messages that wait, more than fifty, survive an upgrade of app, protocol, schema, envelope and database', async ({
  launch,
}) => {
  test.setTimeout(600_000)
  await using deployment = createDeployment()
  let server = await spawnServer({ root: deployment.root })
  const { port, dataDir } = server
  const again = () => spawnServer({ root: deployment.root, port, dataDir })
  const device = await launch({ viewport: { width: 390, height: 844 } })
  await signIn(device.page, server.url, 'client@demo.test')
  await expect(device.page.getByRole('link', { name: /Initial Intake/ })).toBeVisible()
  await readyOffline(device.page)
  await server.kill()

  // Offline, with the old build.
  await openSection(device.page, 'Initial Intake', 'About you')
  const filled: string[] = []
  for (const field of await device.page.getByRole('main').getByRole('textbox').all()) {
    if (!(await field.isEditable()) || (await field.getAttribute('inputmode')) === 'numeric') continue
    const value = `Kept ${filled.length}`
    await field.fill(value)
    filled.push(value)
  }
  expect(filled.length).toBeGreaterThan(3)
  await expect(device.page.getByText(WAITING).first()).toBeVisible()
  await openForm(device.page, 'PHQ-9')
  await device.page.getByRole('link', { name: /^(Start now|Continue where you left off)$/ }).click()
  await answerScale(device.page, 'Several days')
  await expect(device.page.getByText(WAITING).first()).toBeVisible()
  const said = Array.from({ length: 50 }, (_, index) => `Said ${index} while the server was away`)
  await sayAll(device.page, said)
  await device.quit()

  await deployment.upgrade(NEWER, LATER)
  server = await again()
  try {
    // The old build opens once more, locked; it can send nothing without its key, and takes the new one.
    const page = await device.start()
    await page.goto(server.url)
    await expect(page.getByRole('heading', { name: 'Unlock' })).toBeVisible()
    expect(await page.title()).not.toContain(NEWER)
    const prompt = page.getByRole('status', { name: 'New version' })
    await prompt.getByRole('button', { name: 'Update now' }).click({ timeout: 60_000 })
    await expect.poll(() => page.title(), { timeout: 60_000 }).toContain(NEWER)
    await unlock(page)
    await page.getByRole('link', { name: /^Sync/ }).click()
    await expect(page.getByText('Nothing is waiting')).toBeVisible({ timeout: 60_000 })

    const other = await signInDevice(server.url, 'client@demo.test')
    const { body } = await other.fetch('/api/v1/portal/sync/v1/pull', {
      method: 'POST',
      body: { client: other.clientId, after: 0, upTo: null },
    })
    const rows = body.rows as [number, string, number, number, { answers?: object; body?: string }][]
    const drafts = rows.map(([, , , , document]) => Object.entries(document.answers ?? {}))
    const intake = drafts.find((answers) => answers.some(([, value]) => value === filled[0])) ?? []
    for (const value of filled) expect(JSON.stringify(intake)).toContain(`"${value}"`)
    const scale = drafts.find((answers) => answers.some(([question]) => question === 'phq9-1')) ?? []
    expect(Object.fromEntries(scale)).toMatchObject(
      Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`phq9-${index + 1}`, SEVERAL_DAYS])),
    )
    const heard = rows.flatMap(([, , , , { body: text }]) =>
      text !== undefined && said.includes(text) ? text : [],
    )
    expect(heard.sort()).toEqual([...said].sort())
  } finally {
    await server.kill()
  }
})
