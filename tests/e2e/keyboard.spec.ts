/** The whole way with the keyboard alone: the focus is always seen, never under the bar, and led to what is wrong. */
import type { Page } from '@playwright/test'
import { expectFocusSeen, isFocused, press, tabTo } from './by-keyboard.ts'
import { readMail } from './outbox-page.ts'
import { expect, PASSWORD, signIn, test } from './portal-test.ts'

const PHONE = { width: 360, height: 740 }

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })

test('a scale is signed in to, filled, checked and submitted with the keyboard alone', async ({
  portal,
  launch,
}) => {
  const { page } = await launch({ viewport: PHONE })
  await page.goto(portal.url)
  await tabTo(page, page.getByLabel('Email'))
  await page.keyboard.type('client@demo.test')
  await tabTo(page, page.getByLabel('Password', { exact: true }))
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')

  await press(page, page.getByRole('link', { name: /^Start: .*PHQ-9/ }))
  await press(page, page.getByRole('link', { name: 'Start now' }))
  const questions = page.getByRole('main').getByRole('radiogroup')
  await expect(questions.first()).toBeVisible()
  const count = await questions.count()
  expect(count).toBeGreaterThanOrEqual(9)
  for (let index = 0; index < count; index += 1) {
    const options = questions.nth(index).getByRole('radio')
    await tabTo(page, options.first())
    await page.keyboard.press('Space')
    await expect(options.first()).toBeChecked()
    await page.keyboard.press('ArrowDown')
    await expect(options.nth(1)).toBeChecked()
    await expectFocusSeen(page)
  }
  await press(page, page.getByRole('button', { name: 'Continue' }))
  await expect(heading(page, 'Check your answers')).toBeFocused()
  await press(page, page.getByRole('button', { name: 'Submit' }))
  await expect(heading(page, 'Your practice has received your form')).toBeVisible()
  await press(page, page.getByRole('link', { name: 'Go to home' }))
  await expect(heading(page, /^Hello/)).toBeFocused()
})

test('an account is set up with the keyboard alone', async ({ portal, launch }) => {
  const { page } = await launch({ viewport: PHONE })
  await page.goto(portal.url)
  await press(page, page.getByRole('link', { name: 'Set up an account' }))
  await expect(heading(page, 'Set up your account')).toBeFocused()
  for (const [label, text] of [
    ['Month', 'August'],
    ['Day', '30'],
    ['Year', '1979'],
  ] as const) {
    await tabTo(page, page.getByLabel(label))
    await page.keyboard.type(text)
  }
  await tabTo(page, page.getByRole('radio', { name: 'My social security number' }))
  await page.keyboard.press('ArrowDown')
  await tabTo(page, page.getByLabel('Medical record number', { exact: true }))
  await page.keyboard.type('HL-20417')
  await page.keyboard.press('Enter')
  await expect(heading(page, 'Enter the code')).toBeFocused()
  const { code } = await readMail(page, portal.url, 'jamie@demo.test', 'Your code to set up the portal')
  await tabTo(page, page.getByLabel('Code'))
  await page.keyboard.type(code)
  await page.keyboard.press('Enter')
  await expect(heading(page, 'How you will sign in')).toBeFocused()
  await tabTo(page, page.getByLabel('Password', { exact: true }))
  await page.keyboard.type('three slow herons')
  await page.keyboard.press('Enter')
  await expect(heading(page, 'Terms of use')).toBeFocused()
  await tabTo(page, page.getByRole('region', { name: 'Text of the terms' }))
  await tabTo(page, page.getByRole('checkbox'))
  await page.keyboard.press('Space')
  await press(page, page.getByRole('button', { name: 'Set up my account' }))
  await expect(heading(page, /^Hello/)).toBeVisible()
})

test('what is wrong takes the focus and leads to its field', async ({ portal, launch }) => {
  const { page } = await launch({ viewport: PHONE })
  await signIn(page, portal.url, 'client@demo.test')
  await press(page, page.getByRole('link', { name: /^Start: Initial Intake/ }))
  await press(page, page.getByRole('link', { name: /^About you/ }))
  await expect(heading(page, 'About you')).toBeFocused()
  await press(page, page.getByRole('button', { name: 'Continue' }))

  const summary = page.getByRole('alert').filter({ hasText: 'Please check these answers' })
  await expect(summary).toBeFocused()
  await expectFocusSeen(page)
  const links = summary.getByRole('link')
  const count = await links.count()
  expect(count).toBeGreaterThan(2)
  await press(page, summary.getByRole('link', { name: 'Legal first name' }))
  const field = page.getByLabel('Legal first name')
  await expect(field).toBeFocused()
  await expectFocusSeen(page)
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  await page.keyboard.type('Rosa')
  await expect(links).toHaveCount(count - 1)
})

test('the skip link leads past the navigation', async ({ portal, launch }) => {
  const { page } = await launch()
  await signIn(page, portal.url, 'client@demo.test')
  await expect(heading(page, /^Hello/)).toBeFocused()
  const skip = page.getByRole('link', { name: 'Skip to the content' })
  for (let presses = 0; presses < 12 && !(await isFocused(skip)); presses += 1)
    await page.keyboard.press('Shift+Tab')
  await expectFocusSeen(page)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()
})

test('what a phone’s bar has no room for is behind its last entry, with the keyboard alone', async ({
  portal,
  launch,
}) => {
  const { page } = await launch({ viewport: PHONE })
  await signIn(page, `${portal.url}/staff`, 'desk@demo.test')
  await expect(heading(page, 'Requests')).toBeVisible()
  const main = page.getByRole('navigation', { name: 'Main' })
  const more = main.getByRole('button', { name: 'More' })
  const display = main.getByRole('link', { name: 'Language and display' })
  // The heading has the focus; the bar comes before it.
  await page.keyboard.press('Shift+Tab')
  await expect(more).toBeFocused()
  await expectFocusSeen(page)
  await page.keyboard.press('Enter')
  await expect(display).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(display).toBeHidden()
  await expect(more).toBeFocused()
  await page.keyboard.press('Enter')
  await press(page, display)
  await expect(heading(page, 'Language and display')).toBeFocused()
  await expect(display).toBeHidden()
})
