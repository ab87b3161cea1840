/** Setting up an account and getting back in, as a person does: by what is on the screen and in the mails. */
import type { Page } from '@playwright/test'
import { login } from '../harness/sign-in.ts'
import { openSection, RECEIVED, WAITING } from './filling.ts'
import { readMail } from './outbox-page.ts'
import { expect, PASSWORD, readyOffline, signIn, test, unlock } from './portal-test.ts'

const JAMIE = 'jamie@demo.test'
const FIRST_PASSWORD = 'three slow herons'
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

async function born(page: Page, month: string, day: string, year: string): Promise<void> {
  await page.getByLabel('Month').fill(month)
  await page.getByLabel('Day').fill(day)
  await page.getByLabel('Year').fill(year)
}

async function finishAccount(page: Page, email: string): Promise<void> {
  await expect(heading(page, 'How you will sign in')).toBeVisible()
  await expect(page.getByText('Welcome, Jamie Chen.')).toBeVisible()
  await page.getByLabel('Email').fill(email)
  const password = page.getByLabel('Password', { exact: true })
  await password.fill('jamie')
  await expect(page.getByText('Too short: 7 more to go').first()).toBeVisible()
  await password.fill(FIRST_PASSWORD)
  await expect(page.getByText(/^(Could be better|Good|Very good)$/).first()).toBeVisible()
  await press(page, 'Continue')
  await expect(heading(page, 'Terms of use')).toBeVisible()
  await press(page, 'Set up my account')
  await expect(page.getByRole('alert').filter({ hasText: 'Please check these answers' })).toBeFocused()
  await page.getByRole('checkbox', { name: 'I have read the terms and accept them' }).check()
  await press(page, 'Set up my account')
}

test('somebody with a record sets up an account, and learns nothing about others on the way', async ({
  portal,
  launch,
  network,
}) => {
  const { page } = await launch({ viewport: { width: 360, height: 740 } })
  const line = await network()
  await page.goto(line.url)
  await page.getByRole('link', { name: 'Set up an account' }).click()
  await expect(heading(page, 'Set up your account')).toBeVisible()
  await expect(page.getByText('Setting up an account needs a connection.')).toBeVisible()

  // Of somebody who has no record the page says the very same.
  await born(page, 'March', '3', '1991')
  await page.getByLabel('Last four digits of your social security number').fill('1111')
  await press(page, 'Continue')
  await expect(heading(page, 'Enter the code')).toBeVisible()
  const words = await page.getByText(/^If we found your record/).textContent()
  await page.getByLabel('Code').fill('123 456')
  await press(page, 'Continue')
  await expect(page.getByRole('alert')).toContainText('This code is not right, or no longer good.')
  await expect(page.getByLabel('Code')).toHaveValue('123 456')

  // Back leads to what was typed; with no network the words say so and nothing is lost.
  await page.goBack()
  await expect(page.getByLabel('Year')).toHaveValue('1991')
  await born(page, '8', '30', '1979')
  await page.getByRole('radio', { name: /My medical record number/ }).check()
  await page.getByLabel('Medical record number', { exact: true }).fill('hl 20417')
  await page.context().setOffline(true)
  await expect(page.getByText('You are offline now.')).toBeVisible()
  await page.context().setOffline(false)
  await line.cut()
  await press(page, 'Continue')
  await expect(page.getByRole('alert')).toContainText('What you typed is still here')
  await line.restore()
  await expect(page.getByLabel('Medical record number', { exact: true })).toHaveValue('hl 20417')
  await press(page, 'Continue')
  await expect(heading(page, 'Enter the code')).toBeVisible()
  const again = await page.getByText(/^If we found your record/).textContent()
  const untimed = (text: string | null) => text?.replace(/\d+:\d+.[AP]M/, '')
  expect(untimed(again)).toBe(untimed(words))
  const { code } = await readMail(page, portal.url, JAMIE, 'Your code to set up the portal')
  // Looking for the code in another app may have cost the page its memory.
  await page.reload()
  await page.getByLabel('Code').fill(code)
  await press(page, 'Continue')

  await expect(heading(page, 'How you will sign in')).toBeVisible()
  await expect(page.getByLabel('Email')).toHaveValue(JAMIE)
  await finishAccount(page, JAMIE)
  await expect(heading(page, /^Hello/)).toBeVisible()
  await expect(page.getByRole('link', { name: /Initial Intake/ })).toBeVisible()
})

test('a forgotten password is replaced by the link of a mail, which leaves no trace', async ({
  portal,
  launch,
}) => {
  const { page } = await launch()
  await page.goto(portal.url)
  await page.getByLabel('Email').fill('client2@demo.test')
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await expect(heading(page, 'Choose a new password')).toBeVisible()
  await expect(page.getByLabel('Email')).toHaveValue('client2@demo.test')
  await press(page, 'Send me a link')
  await expect(page.getByText(/^If there is an account with client2@demo.test/)).toBeVisible()
  const { link } = await readMail(page, portal.url, 'client2@demo.test', 'Choose a new password')
  const secret = link.split('#')[1] ?? ''
  expect(secret).toHaveLength(80)

  const asked: string[] = []
  page.on('request', (request) => asked.push(`${request.url()} ${request.headers().referer ?? ''}`))
  await page.goto(link)
  const password = page.getByLabel('New password', { exact: true })
  await expect(password).toBeVisible()
  expect(page.url()).toBe(`${portal.url}/reset-password`)
  await password.fill('password12345')
  await press(page, 'Use this password')
  await expect(page.getByRole('alert')).toContainText(/tried first/)
  await password.fill('nine lemons under water')
  await press(page, 'Use this password')
  await expect(heading(page, 'Your password is changed')).toBeVisible()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await expect(page.getByLabel('Email')).toHaveValue('client2@demo.test')
  const signInWith = async (text: string) => {
    await page.getByLabel('Password', { exact: true }).fill(text)
    await press(page, 'Sign in')
  }
  await signInWith(PASSWORD)
  await expect(page.getByRole('alert')).toContainText('not right')
  await signInWith('nine lemons under water')
  await expect(heading(page, /^Hello/)).toBeVisible()
  expect(asked.filter((line) => line.includes(secret))).toEqual([])

  // Used once: the page says what to do, and nothing was changed.
  await page.goto(link)
  await page.getByLabel('New password', { exact: true }).fill('eleven quiet mountains')
  await press(page, 'Use this password')
  await expect(page.getByRole('alert')).toContainText('Your password was not changed.')
  await page.getByRole('link', { name: 'Send me a new link' }).click()
  await expect(heading(page, 'Choose a new password')).toBeVisible()
})

test('the front desk invites a client, who sets up an account with an address of their own', async ({
  portal,
  launch,
}) => {
  const [desk, client] = [await launch(), await launch({ viewport: { width: 360, height: 740 } })]
  await signIn(desk.page, `${portal.url}/staff`, 'desk@demo.test')
  await desk.page.getByRole('link', { name: 'Clients' }).click()
  await desk.page.getByLabel('Name').fill('jamie')
  await press(desk.page, 'Search')
  const line = desk.page.getByRole('listitem').filter({ hasText: 'Jamie Chen' })
  await expect(line).toContainText('No account')
  await line.getByRole('button', { name: 'Invite' }).click()
  await press(desk.page, 'Show the link')
  const link = await desk.page
    .getByRole('alertdialog')
    .getByText(/^https?:/)
    .textContent()
  await press(desk.page, 'Done')
  await expect(line).toContainText('Invited')

  const { page } = client
  await page.goto(link ?? '')
  await expect(page.getByText('Your practice has invited you.')).toBeVisible()
  expect(page.url()).toBe(`${portal.url}/register`)
  await born(page, '8', '31', '1979')
  await press(page, 'Continue')
  await expect(page.getByRole('alert')).toContainText('This date does not fit the invitation')
  await born(page, '8', '30', '1979')
  await press(page, 'Continue')
  await finishAccount(page, 'jamie.chen@example.org')
  await expect(heading(page, 'Confirm your address')).toBeVisible()
  const mail = await readMail(page, portal.url, 'jamie.chen@example.org', 'Your code to confirm this address')
  await page.getByLabel('Code').fill(mail.code)
  await press(page, 'Confirm and set up my account')
  await expect(heading(page, /^Hello/)).toBeVisible()

  // Five wrong passwords lock the account; the desk opens it.
  for (let attempt = 0; attempt < 6; attempt += 1)
    await login(portal.url, 'jamie.chen@example.org', { password: 'wrong' })
  await press(desk.page, 'Search')
  await expect(line).toContainText('Locked after wrong passwords until')
  await line.getByRole('button', { name: 'Unlock' }).click()
  await expect(desk.page.getByText('Jamie Chen can sign in again.')).toBeVisible()
  await expect(line).toContainText('Can sign in')
  const answer = await login(portal.url, 'jamie.chen@example.org', { password: FIRST_PASSWORD })
  expect(answer.status).toBe(200)
})

test('a changed password opens this device, and what was typed without a network is still there', async ({
  portal,
  launch,
  network,
}) => {
  const { page } = await launch()
  const line = await network()
  await signIn(page, line.url, 'client@demo.test')
  await expect(page.getByRole('link', { name: /Initial Intake/ })).toBeVisible()
  await readyOffline(page)
  await line.cut()
  await openSection(page, 'Initial Intake', 'About you')
  await page.getByLabel('Legal first name').fill('Rosalind')
  await expect(page.getByText(WAITING).first()).toBeVisible()
  await page.getByRole('link', { name: 'Account', exact: true }).first().click()
  await page.getByRole('link', { name: 'Change password' }).click()
  await page.getByLabel('Present password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('New password', { exact: true }).fill(FIRST_PASSWORD)
  await press(page, 'Change password')
  await expect(page.getByRole('alert')).toContainText('What you typed is still here')
  await line.restore()
  await press(page, 'Change password')
  await expect(page.getByText('It also unlocks this device from now on')).toBeVisible()

  await line.cut()
  await page.reload()
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await press(page, 'Unlock')
  await expect(page.getByRole('alert')).toContainText('That password does not open this device.')
  await page.getByLabel('Password', { exact: true }).fill(FIRST_PASSWORD)
  await press(page, 'Unlock')
  await openSection(page, 'Initial Intake', 'About you')
  await expect(page.getByLabel('Legal first name')).toHaveValue('Rosalind')
  await line.restore()
  await expect(page.getByText(RECEIVED).first()).toBeVisible()
  const old = await login(portal.url, 'client@demo.test')
  expect(old.body.code).toBe('wrong_credentials')
})

test('a changed address is confirmed by one mail and taken back by another', async ({ portal, launch }) => {
  const { page } = await launch()
  await signIn(page, portal.url, 'client@demo.test')
  await expect(heading(page, /^Hello/)).toBeVisible()
  const openAccount = () => page.getByRole('link', { name: 'Account', exact: true }).first().click()
  await openAccount()
  await page.getByRole('link', { name: 'Change email address' }).click()
  await page.getByLabel('New address').fill('rosa@example.org')
  await page.getByLabel('Your password', { exact: true }).fill(PASSWORD)
  await press(page, 'Send the link')
  await expect(page.getByText('Waiting for you to confirm rosa@example.org')).toBeVisible()

  const follow = async (to: string, subject: string, button: string, title: string) => {
    const { link } = await readMail(page, portal.url, to, subject)
    const tab = await page.context().newPage()
    await tab.goto(link)
    await press(tab, button)
    await expect(heading(tab, title)).toBeVisible()
    expect(tab.url()).not.toContain('#')
    await tab.close()
  }
  await follow(
    'rosa@example.org',
    'Confirm your new address',
    'Confirm this address',
    'Your address is confirmed',
  )
  await page.reload()
  await unlock(page)
  await openAccount()
  await page.getByRole('link', { name: 'Change email address' }).click()
  await expect(page.getByText('rosa@example.org', { exact: true })).toBeVisible()
  await follow(
    'client@demo.test',
    'Your sign-in address was changed',
    'Take it back',
    'The change is taken back',
  )

  // The password opens nothing any more: a new one by the link, and this device is at home again.
  const { link } = await readMail(page, portal.url, 'client@demo.test', 'Choose a new password')
  await page.goto(link)
  await page.getByLabel('New password', { exact: true }).fill(FIRST_PASSWORD)
  await press(page, 'Use this password')
  await page.getByRole('link', { name: 'Sign in' }).click()
  await expect(page.getByLabel('Email')).toHaveValue('client@demo.test')
  await page.getByLabel('Password', { exact: true }).fill(FIRST_PASSWORD)
  await press(page, 'Sign in')
  // Where they were, under the address of before.
  await expect(heading(page, 'Change your email address')).toBeVisible()
  await expect(page.getByText('client@demo.test', { exact: true })).toBeVisible()
})

test('an admin adds a colleague, who chooses a password, and closes the account', async ({
  portal,
  launch,
}) => {
  const [admin, colleague] = [await launch(), await launch()]
  await signIn(admin.page, `${portal.url}/staff`, 'admin@demo.test')
  await admin.page.getByRole('link', { name: 'Team' }).click()
  await admin.page.getByLabel('Name').fill('Noor Haddad')
  await admin.page.getByLabel('Email').fill('noor@demo.test')
  await admin.page.getByRole('radio', { name: 'Front desk' }).check()
  await press(admin.page, 'Add to the team')
  await expect(admin.page.getByText(/^Noor Haddad gets a message/)).toBeVisible()
  const { link } = await readMail(admin.page, portal.url, 'noor@demo.test', 'Your account in the portal')
  const { page } = colleague
  await page.goto(link)
  await page.getByLabel('New password', { exact: true }).fill(FIRST_PASSWORD)
  await press(page, 'Use this password')
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('Password', { exact: true }).fill(FIRST_PASSWORD)
  await press(page, 'Sign in')
  await page.getByRole('link', { name: 'Clients' }).click()
  await expect(heading(page, 'Clients and their accounts')).toBeVisible()

  await admin.page.reload()
  const line = admin.page.getByRole('listitem').filter({ hasText: 'Noor Haddad' })
  await expect(line).toContainText('Can sign in')
  await line.getByRole('button', { name: 'Close account' }).click()
  await admin.page.getByRole('alertdialog').getByRole('button', { name: 'Close account' }).click()
  await expect(admin.page.getByText('The account of Noor Haddad is closed.')).toBeVisible()
  await expect(line).toHaveCount(0)
  await page.reload()
  await expect(heading(page, 'Staff sign-in')).toBeVisible()
})
