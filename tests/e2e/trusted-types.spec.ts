/** What a script that got into the page cannot do, and how the fields of the sign-in are made. */
import { expect, signIn, test } from './portal-test.ts'

test('[V3.2.2] [V6.2.6] [V6.2.7] no text becomes markup or a script, the app needs none of it; passwords are masked and pasted', async ({
  portal,
  launch,
}) => {
  const { page } = await launch()
  const violations: string[] = []
  page.on('console', (message) => {
    if (/Trusted|Content Security Policy/i.test(message.text())) violations.push(message.text())
  })
  await page.goto(portal.url)
  const password = page.getByLabel('Password', { exact: true })
  await expect(password).toHaveAttribute('type', 'password')
  await expect(password).toHaveAttribute('autocomplete', 'current-password')
  const isPrevented = await password.evaluate((field) => {
    const paste = new ClipboardEvent('paste', { bubbles: true, cancelable: true })
    field.dispatchEvent(paste)
    return paste.defaultPrevented
  })
  expect(isPrevented).toBe(false)
  await signIn(page, portal.url, 'client@demo.test')
  await page
    .getByRole('link', { name: /Initial Intake/ })
    .first()
    .click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  expect(violations).toEqual([])

  const refused = await page.evaluate(() => {
    const tries: Record<string, () => unknown> = {
      innerHTML: () => Reflect.set(document.body, 'innerHTML', '<img src=x onerror=alert(1)>'),
      script: () => Reflect.set(document.createElement('script'), 'text', 'alert(1)'),
      address: () => Reflect.set(document.createElement('script'), 'src', '/assets/other.js'),
      worker: () => new Worker('/assets/other.js'),
      foreign: () => new Worker('https://evil.example/assets/worker-entry-1.js'),
      policy: () =>
        Reflect.apply(
          Reflect.get(Reflect.get(window, 'trustedTypes'), 'createPolicy'),
          Reflect.get(window, 'trustedTypes'),
          ['evil', {}],
        ),
    }
    return Object.entries(tries)
      .filter(([, attempt]) => {
        try {
          attempt()
          return true
        } catch {
          return false
        }
      })
      .map(([name]) => name)
  })
  expect(refused).toEqual([])
})
