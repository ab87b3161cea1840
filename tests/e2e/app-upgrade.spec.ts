/**
 * Everything changes at once under a replica that has unsent answers: the app, the protocol, the document schema, the
 * envelope and the database on the device; the server too. The next version is this one with later numbers in its
 * sources. Nothing is lost, and what the old build could not send the new one does.
 */
import { createDeployment, type Edit } from '../harness/deployment.ts'
import { spawnServer } from '../harness/server.ts'
import { signIn as signInDevice } from '../harness/sign-in.ts'
import { answerScale, openForm, openSection, WAITING } from './filling.ts'
import { expect, readyOffline, signIn, test, unlock } from './portal-test.ts'

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

test('unsent answers survive an upgrade of app, protocol, schema, envelope and database', async ({
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
    const everything = JSON.stringify(body)
    for (const value of filled) expect(everything).toContain(`"${value}"`)
    // Nine answers of the scale, each under its question.
    expect(everything.match(/"phq9-\d"/g)?.length ?? 0).toBeGreaterThan(0)
  } finally {
    await server.kill()
  }
})
