/** What lies on the disk of a device: ciphertext only. SPEC: shared/crypto/SPEC.md. */
import { openSection, RECEIVED, WAITING } from './filling.ts'
import { expect, PASSWORD, signIn, test } from './portal-test.ts'
import { scanProfile } from './scan-profile.ts'

/** In fields that the browser may fill in by itself, too. */
const NAME = 'Zephyrine-Oquendo'
const MONTH = 'Thermidor-Brumaire'
const CANARY = 'xanthous-quokka-7391-lullaby'

test('a text typed into a form is in no file of the browser profile', async ({ portal, launch }) => {
  const device = await launch({ shell: false })
  const page = device.page
  await signIn(page, portal.url, 'client@demo.test')
  await openSection(page, 'Initial Intake', 'About you')
  await page.getByLabel('Legal first name').fill(NAME)
  await page.getByLabel('Month').fill(MONTH)
  await page.getByLabel('Woman').check()
  await openSection(page, 'Initial Intake', 'What brings you here')
  const question = page.getByLabel('In your own words, what brings you here?')
  await question.fill(`Before ${CANARY} after`)
  await expect(page.getByText(RECEIVED).first()).toBeVisible()
  // Again with no server, so that the outbox, the shadow and the local values hold it too.
  await portal.stop()
  await question.fill(`Before ${CANARY} after, and ${CANARY} again`)
  await expect(page.getByText(WAITING).first()).toBeVisible()
  const marker = 'a-marker-that-must-be-found'
  await page.evaluate((text) => localStorage.setItem('control', text), marker)
  await device.quit()

  const { files, bytes, findings } = scanProfile(device.profile, [
    CANARY,
    NAME,
    MONTH,
    PASSWORD,
    'Alex Rivera',
    'What brings you here',
    'Initial Intake',
    marker,
  ])
  expect(files).toBeGreaterThan(20)
  expect(bytes).toBeGreaterThan(1_000_000)
  // The control shows that the scan can find what was written.
  expect(findings.filter(({ text }) => text === marker).length).toBeGreaterThan(0)
  expect(findings.filter(({ text }) => text !== marker)).toEqual([])
})
