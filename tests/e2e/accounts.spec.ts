/** Setting up an account and getting back in, as a person does: by what is on the screen and in the mails. */
import type { Page } from '@playwright/test'
import { readMail } from './outbox-page.ts'
import { expect, PASSWORD, test } from './portal-test.ts'

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
