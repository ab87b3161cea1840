/** The promise itself: no network, no server, a killed browser, and nothing is lost. SPEC: client/replica/SPEC.md. */
import { answerScale, openForm, openSection, submitPhq9, WAITING } from './filling.ts'
import { expect, readyOffline, signIn, test, unlock } from './portal-test.ts'

test('an intake filled with no network and no server arrives when both return', async ({
  portal,
  launch,
}) => {
  const device = await launch({ shell: false, viewport: { width: 390, height: 844 } })
  const page = device.page
  await signIn(page, portal.url, 'client@demo.test')
  await expect(page.getByRole('link', { name: /Initial Intake/ })).toBeVisible()
  await readyOffline(page)

  await device.context.setOffline(true)
  await portal.stop()

  // A fresh start of the app: from the service worker, unlocked with the password alone.
  await page.goto(portal.url)
  await unlock(page)
  await expect(page.getByText('Offline', { exact: false }).first()).toBeVisible()
  await openSection(page, 'Initial Intake', 'About you')
  await page.getByLabel('Legal first name').fill('Rosa Delgado')
  await expect(page.getByText(WAITING).first()).toBeVisible()
  await page.getByRole('button', { name: 'Back' }).click()

  await submitPhq9(page, 'Several days')
  await expect(page.getByRole('heading', { name: 'Your form is ready to go' })).toBeVisible()

  // The network and the server return; nobody touches anything.
  await portal.start()
  await device.context.setOffline(false)
  await expect(page.getByRole('heading', { name: 'Your practice has received your form' })).toBeVisible()

  const other = await launch({ shell: false })
  await signIn(other.page, portal.url, 'client@demo.test')
  await openSection(other.page, 'Initial Intake', 'About you')
  await expect(other.page.getByLabel('Legal first name')).toHaveValue('Rosa Delgado')
})

test('a browser killed while typing loses at most the last second and returns to the question', async ({
  portal,
  launch,
}) => {
  const device = await launch({ shell: false })
  await signIn(device.page, portal.url, 'client@demo.test')
  await expect(device.page.getByRole('link', { name: /Initial Intake/ })).toBeVisible()
  await readyOffline(device.page)
  await portal.stop()

  await openSection(device.page, 'Initial Intake', 'What brings you here')
  const question = device.page.getByLabel('In your own words, what brings you here?')
  await question.click()
  const typed: { text: string; at: number }[] = []
  let text = ''
  const words = 'I have not been sleeping well since the spring and the days run into each other. '
  const started = Date.now()
  for (let index = 0; Date.now() - started < 4_000; index += 1) {
    const letter = words[index % words.length] as string
    await device.page.keyboard.type(letter)
    text += letter
    typed.push({ text, at: Date.now() })
  }
  const killedAt = Date.now()
  await device.kill()

  const page = await device.start()
  await page.goto(portal.url)
  await unlock(page)
  const again = page.getByLabel('In your own words, what brings you here?')
  await expect(again).toBeVisible()
  await expect(again).toBeFocused()
  const kept = await again.inputValue()
  const mustBeKept = typed.findLast(({ at }) => at <= killedAt - 1_000)?.text ?? ''
  expect(mustBeKept.length).toBeGreaterThan(10)
  expect(kept.startsWith(mustBeKept)).toBe(true)
  expect(text.startsWith(kept)).toBe(true)
})

test('[V14.3.1] idle for 15 minutes locks, empties the page and keeps the draft', async ({
  portal,
  launch,
}) => {
  const device = await launch()
  const page = device.page
  await page.clock.install()
  await signIn(page, portal.url, 'client@demo.test')
  await openSection(page, 'Initial Intake', 'About you')
  await page.getByLabel('Legal first name').fill('Rosa of the long pause')
  await page.clock.fastForward('16:00')
  await expect(page.getByRole('heading', { name: 'Unlock' })).toBeVisible()
  expect(await page.content()).not.toContain('Rosa of the long pause')
  await unlock(page)
  await expect(page.getByLabel('Legal first name')).toHaveValue('Rosa of the long pause')
})

test('a thought of self-harm shows the crisis card at once, with no network', async ({ portal, launch }) => {
  const device = await launch({ viewport: { width: 360, height: 740 } })
  const page = device.page
  await signIn(page, portal.url, 'client@demo.test')
  await openForm(page, 'PHQ-9')
  await readyOffline(page)
  await portal.stop()
  await page.getByRole('link', { name: 'Start now' }).click()
  await answerScale(page, 'Not at all', { 8: 'Several days' })
  const card = page.getByRole('alert', { name: 'You are not alone' })
  await expect(card).toBeVisible()
  await expect(card.getByRole('link', { name: 'Call 988' })).toHaveAttribute('href', 'tel:988')
})

test('a wrong password opens nothing, online and offline', async ({ portal, launch }) => {
  const device = await launch()
  const page = device.page
  await signIn(page, portal.url, 'client@demo.test')
  await expect(page.getByRole('link', { name: /Initial Intake/ })).toBeVisible()
  await readyOffline(page)
  await portal.stop()
  await page.goto(portal.url)
  await page.getByLabel('Password', { exact: true }).fill('not-the-password')
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(
    page
      .getByText(/password/i)
      .filter({ hasText: /wrong|not right|does not/i })
      .first(),
  ).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Unlock' })).toBeVisible()
})
