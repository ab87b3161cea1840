/** Two-step sign-in as a person does it: an app, recovery codes, passkeys that sign in and open the device with no network. */
import type { Page } from '@playwright/test'
import { Secret, TOTP } from 'otpauth'
import { openSection } from './filling.ts'
import { expectSound } from './looking.ts'
import { readMail } from './outbox-page.ts'
import { expect, PASSWORD, readyOffline, signIn, test } from './portal-test.ts'

const CLIENT = 'client@demo.test'
const STEP_MS = 30_000
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })
const home = (page: Page) => page.getByRole('heading', { name: /^Hello/ })
/** Unlocking goes back to where the person was. */
const inside = (page: Page) => page.getByRole('navigation', { name: 'Main' })

/** An authenticator app. Each step counts once: the next code is of a later one. */
function phoneApp(secret: string) {
  let last = 0
  return async () => {
    const totp = new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')), period: 30 })
    // One step ahead is taken too, so nobody waits for the clock more than it takes.
    await expect.poll(() => Math.floor(Date.now() / STEP_MS) + 1 > last, { timeout: 2 * STEP_MS }).toBe(true)
    last = Math.max(last + 1, Math.floor(Date.now() / STEP_MS))
    return totp.generate({ timestamp: last * STEP_MS })
  }
}

async function openTwoStep(page: Page) {
  await page.getByRole('link', { name: 'Account', exact: true }).first().click()
  await page.getByRole('link', { name: 'Two-step sign-in and passkeys' }).click()
  await expect(heading(page, 'Two-step sign-in')).toBeVisible()
}
async function setUpApp(page: Page) {
  const secret = (await page.locator('p', { hasText: /^[A-Z2-7]{4}( [A-Z2-7]{4}){7}$/ }).textContent()) ?? ''
  const nextCode = phoneApp(secret)
  await expect(page.getByRole('img', { name: /QR code/ })).toBeVisible()
  await page.getByLabel('Code that the app shows now').fill(await nextCode())
  await page.getByRole('button', { name: 'Turn on' }).click()
  await expect(page.getByRole('heading', { name: 'Keep these recovery codes' })).toBeVisible()
  const codes = await page
    .getByRole('listitem')
    .filter({ hasText: /^\w{4}(-\w{4}){5}$/ })
    .allTextContents()
  expect(codes).toHaveLength(10)
  return { nextCode, codes }
}
async function keepCodes(page: Page) {
  await page.getByLabel('I have kept them in a safe place').check()
  await page.getByRole('button', { name: 'Done' }).click()
}

interface Credential {
  readonly credentialId: string
  readonly isResidentCredential: boolean
  readonly privateKey: string
  readonly signCount: number
}

/** A device with a fingerprint reader that keeps passkeys and has the PRF extension. */
async function withFingerprint(page: Page) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    kept: async (): Promise<readonly Credential[]> =>
      (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    /** As the account with the maker of a phone brings them to the next one. */
    bring: async (credentials: readonly Credential[]) => {
      for (const credential of credentials)
        await cdp.send('WebAuthn.addCredential', { authenticatorId, credential })
    },
  }
}

test('[F1] [F3] [F9] [V7.4.3] an app is set up, asked for at the next sign-in, and stood in for by a recovery code', async ({
  portal,
  launch,
}) => {
  const [mine, other] = [await launch(), await launch()]
  await signIn(mine.page, portal.url, CLIENT)
  await openTwoStep(mine.page)
  await expect(mine.page.getByText('Two-step sign-in is off')).toBeVisible()
  await expectSound(mine.page)
  await mine.page.getByRole('button', { name: 'Set up an app' }).click()
  await expectSound(mine.page)
  const { nextCode, codes } = await setUpApp(mine.page)
  await expectSound(mine.page)
  await keepCodes(mine.page)
  await expect(mine.page.getByText('Two-step sign-in is on')).toBeVisible()
  await expect(mine.page.getByText('10 codes are left')).toBeVisible()

  // Elsewhere the password is not enough any more.
  const { page } = other
  await signIn(page, portal.url, CLIENT)
  await expect(heading(page, 'One more step')).toBeVisible()
  await expectSound(page)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText('Enter the code from your app')).toBeVisible()
  await page.getByLabel('Code from your authenticator app').fill('000000')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'That code is not right' })).toBeVisible()
  await page.getByRole('button', { name: 'Use a recovery code' }).click()
  await page.getByLabel('Recovery code').fill(codes[0]?.toUpperCase() ?? '')
  await page.getByLabel('Do not ask on this device for 30 days').check()
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(home(page)).toBeVisible()

  // What this device was remembered for is signing in; removing the app wants a code all the same.
  await openTwoStep(page)
  await expect(page.getByText('9 codes are left')).toBeVisible()
  await portal.maintain((database) =>
    database.prisma.session
      .updateMany({ data: { factorAt: new Date(0), confirmedAt: new Date(0) } })
      .then(() => {}),
  )
  await page.getByRole('button', { name: 'Remove the app' }).click()
  const asked = page.getByRole('alertdialog', { name: 'Is it you?' })
  await expect(asked).toBeVisible()
  await expectSound(page)
  await asked.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('Nothing was changed, because it was not confirmed who you are.')).toBeVisible()
  await page.getByRole('button', { name: 'Remove the app' }).click()
  await asked.getByLabel('Code from your authenticator app').fill(await nextCode())
  await asked.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByText('Two-step sign-in is off')).toBeVisible()

  // Whoever signed in before that change need not stay.
  await expectSound(page)
  await page.getByRole('button', { name: 'Sign out all other devices' }).click()
  await expect(page.getByText('All other devices are signed out.')).toBeVisible()
})

test('[F7] a passkey opens the device with no network, and signs in where it is back', async ({
  portal,
  launch,
}) => {
  const device = await launch()
  const { page } = device
  await withFingerprint(page)
  await signIn(page, portal.url, CLIENT)
  await expect(home(page)).toBeVisible()
  await openTwoStep(page)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(page.getByRole('heading', { name: 'Keep these recovery codes' })).toBeVisible()
  await keepCodes(page)
  await expect(page.getByText('Two-step sign-in is on')).toBeVisible()
  await openSection(page, 'Initial Intake', 'About you')
  await readyOffline(page)

  await portal.stop()
  await page.getByRole('link', { name: 'Account', exact: true }).first().click()
  await page.getByRole('button', { name: 'Lock now' }).click()
  await expect(heading(page, 'Unlock')).toBeVisible()
  await expectSound(page)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(inside(page)).toBeVisible()
  await openSection(page, 'Initial Intake', 'About you')
  await page.getByLabel('Middle name').fill('Typed after a passkey')
  await page.getByLabel('Middle name').blur()
  await portal.start()
  // The session has ended meanwhile: the clinic asks once more, and everything on the device goes on.
  await portal.maintain((database) =>
    database.prisma.session.updateMany({ data: { revokedAt: new Date() } }).then(() => {}),
  )
  await expect(page.getByText('Sign in to send and receive.')).toBeVisible()
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  const asked = page.getByRole('alertdialog', { name: 'Sign in' })
  await expectSound(page)
  await asked.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(asked).toBeHidden()
  await expect(page.getByText('Up to date').filter({ visible: true }).first()).toBeVisible()
})

test('[F10] [F12] staff of a practice that asks for it set it up before anything else opens', async ({
  portal,
  launch,
}) => {
  await portal.maintain((database) =>
    database.prisma.practice.updateMany({ data: { mfaStaff: true } }).then(() => {}),
  )
  const { page } = await launch()
  await signIn(page, `${portal.url}/staff`, 'clinician@demo.test')
  await expect(heading(page, 'Set up two-step sign-in')).toBeVisible()
  await expectSound(page)
  await page.getByRole('button', { name: 'Authenticator app' }).click()
  await setUpApp(page)
  await keepCodes(page)
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
  await page.getByRole('link', { name: 'Two-step sign-in' }).click()
  await expect(
    page.getByText('Your practice asks for it, so the last way in cannot be removed.'),
  ).toBeVisible()
  await page.getByRole('button', { name: 'Remove the app' }).click()
  await expect(page.getByText('set up another way before you remove this one')).toBeVisible()
})

test('[F7] [F13] a passkey signs in on a new device, and is the second step of a forgotten password', async ({
  portal,
  launch,
}) => {
  const [old, next] = [await launch(), await launch()]
  const finger = await withFingerprint(old.page)
  await signIn(old.page, portal.url, CLIENT)
  await openTwoStep(old.page)
  await old.page.getByRole('button', { name: 'Add a passkey' }).click()
  await keepCodes(old.page)

  const { page } = next
  await (await withFingerprint(page)).bring(await finger.kept())
  await page.goto(portal.url)
  // It is offered in the field too, which this authenticator may have answered before anybody can press the button.
  await page
    .getByRole('button', { name: 'Use a passkey' })
    .click({ timeout: 5_000 })
    .catch(() => undefined)
  await expect(heading(page, 'Protect this device')).toBeVisible()
  // This one brings no key along for what is kept here: the password makes one, once.
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: /^(Continue|Sign in)$/ }).click()
  await expect(home(page)).toBeVisible()

  await page.goto(`${portal.url}/forgot-password`)
  await page.getByLabel('Email').fill(CLIENT)
  await page.getByRole('button', { name: 'Send me a link' }).click()
  const { link } = await readMail(page, portal.url, CLIENT, 'Choose a new password')
  await page.goto(link)
  await page.getByLabel('New password', { exact: true }).fill('nine lemons under water')
  await page.getByRole('button', { name: 'Use this password' }).click()
  await expectSound(page)
  await page.getByRole('button', { name: 'Use a passkey instead of a code' }).click()
  await expect(heading(page, 'Your password is changed')).toBeVisible()
})
