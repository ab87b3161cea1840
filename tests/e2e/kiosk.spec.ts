/** A tablet of the waiting room, in a real browser: with no network, from one client to the next, and taken apart. */
import { answerScale } from './filling.ts'
import { expect, PASSWORD, test } from './portal-test.ts'
import { scanProfile } from './scan-profile.ts'
import { ALEX, enrol, frontDesk, holdsPackages, identify, submissionsOf } from './waiting-room.ts'

const TABLET = { viewport: { width: 820, height: 1180 } }

test('a code prepared in the morning is filled in with the Wi-Fi down, and arrives when it is back', async ({
  portal,
  launch,
}) => {
  const desk = (await launch({ viewport: { width: 1280, height: 800 } })).page
  await desk.goto(`${portal.url}/staff/tablets`)
  await desk.getByLabel('Email').fill('admin@demo.test')
  await desk.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await desk.getByRole('button', { name: 'Sign in' }).click()
  await desk.getByLabel('Name', { exact: true }).fill('Front desk')
  await desk.getByRole('button', { name: 'Show a code' }).click()
  const shown = desk.getByText(/^[2-9A-Z]{5}-[2-9A-Z]{5}$/)
  const tabletCode = (await shown.textContent()) ?? ''

  const device = await launch(TABLET)
  await enrol(device.page, portal.url, tabletCode.replace('-', ''))
  await desk.getByRole('button', { name: 'Done' }).click()
  await expect(desk.getByRole('listitem').filter({ hasText: 'Front desk' })).toContainText('Ready')
  await desk.getByLabel('Staff PIN').fill('482913')
  await desk.getByRole('button', { name: 'Save' }).click()
  await expect(desk.getByText('Saved. Tablets have it')).toBeVisible()
  await desk.getByLabel('Find a client by name').fill('Rivera')
  await desk.getByLabel('Client', { exact: true }).selectOption(ALEX.name)
  await desk.getByLabel(/PHQ-9/).check()
  await desk.getByLabel('The code is good for').selectOption('4 hours')
  await desk.getByRole('button', { name: 'Arm the visit' }).click()
  const code = (await shown.textContent()) ?? ''
  await holdsPackages(device.page, 1)

  await portal.stop()
  const page = await device.page
  await page.goto(`${portal.url}/kiosk`)
  await page.getByRole('button', { name: 'Español' }).click()
  await expect(page.getByRole('heading', { name: 'Bienvenido' })).toBeVisible()
  await page.getByRole('button', { name: 'English' }).click()
  await identify(page, code)
  await expect(page.getByRole('heading', { name: 'Your forms' })).toBeVisible()
  await page.getByRole('link', { name: /PHQ-9/ }).click()
  await page.getByRole('link', { name: /^(Start now|Continue where you left off)$/ }).click()
  // A thumb at the edge of the screen leads one screen back, and never out of the visit.
  await expect(page.getByRole('radio').first()).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('link', { name: /^(Start now|Continue where you left off)$/ })).toBeVisible()
  for (let back = 0; back < 3; back += 1) await page.goBack()
  await expect(page.getByRole('heading', { name: 'Your forms' })).toBeVisible()
  await page.getByRole('link', { name: /PHQ-9/ }).click()
  await page.getByRole('link', { name: /^(Start now|Continue where you left off)$/ }).click()
  await answerScale(page, 'Several days', { 8: 'Several days' })
  await expect(page.getByText('Call your practice')).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Submit' }).click()
  await page.getByRole('button', { name: 'Finish' }).click()
  await expect(page.getByText('Please return the tablet to the front desk.')).toBeVisible()
  await expect(page.getByText('1 form waits to be sent')).toBeVisible()
  // Nothing of it is behind this page.
  await page.goBack().catch(() => null)
  await expect(page.getByText(/PHQ-9/)).toHaveCount(0)

  await portal.start()
  await page.goto(`${portal.url}/kiosk`)
  await expect(page.getByText('1 form waits to be sent')).toBeHidden({ timeout: 30_000 })
  await page.getByRole('button', { name: 'Staff' }).click()
  await page.getByLabel('PIN', { exact: true }).fill('111111')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('alert')).toContainText('This is not the PIN')
  await page.getByLabel('PIN', { exact: true }).fill('482913')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('heading', { name: 'Front desk' })).toBeVisible()
  const office = await frontDesk(portal.url)
  await expect
    .poll(async () => (await office.visits()).map(({ state, handedIn }) => [state, handedIn]))
    .toEqual([['finished', 1]])
  const sent = (await submissionsOf(portal.url)).filter(({ formKey }) => formKey === 'phq-9')
  expect(Object.keys(sent[0]?.answers ?? {}).length).toBeGreaterThanOrEqual(9)
})

test('[K7] [K8] [K12] who comes next, and who takes the tablet apart, finds nothing of who was there before', async ({
  portal,
  launch,
}) => {
  const CANARIES = ['canary-pelican-7341', 'canary-heron-9102']
  const desk = await frontDesk(portal.url)
  const { id, code: tabletCode } = await desk.addTablet('Window')
  const device = await launch(TABLET)
  await enrol(device.page, portal.url, tabletCode)
  const visit = await desk.arm(id, ['initial-intake'])
  await holdsPackages(device.page, 1)
  let page = device.page
  const type = async (text: string) => {
    await page.getByRole('link', { name: /Intake/ }).click()
    await page.getByRole('link', { name: /^(Start now|Continue where you left off)$/ }).click()
    const field = page.getByRole('textbox').first()
    await expect(field).toHaveAttribute('autocomplete', 'off')
    await field.fill(text)
    await expect(page.getByText(/Saved on this device/).first()).toBeVisible()
  }

  await portal.stop()
  await page.goto(`${portal.url}/kiosk`)
  await identify(page, visit.code)
  await type(CANARIES[0] ?? '')
  // A power cut: the next start is the next client's.
  await device.kill()
  const texts = [...CANARIES, visit.code, '1991-04-17', ALEX.name]
  expect(scanProfile(device.profile, texts).findings).toEqual([])
  page = await device.start()
  await page.goto(`${portal.url}/kiosk`)
  await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible()
  await identify(page, visit.code)
  await expect(page.getByText('This code was used already')).toBeVisible()

  await portal.start()
  const again = await desk.arm(id, ['initial-intake'])
  await holdsPackages(page, 1)
  // What was typed before the cut came through the practice.
  await expect.poll(async () => (await desk.tablet(id))?.unsent).toBe(0)
  await page.clock.install()
  await page.goto(`${portal.url}/kiosk`)
  await identify(page, again.code)
  await type(CANARIES[1] ?? '')
  // Nobody touches it: a warning, and then the next client's screen.
  await page.clock.fastForward(91_000)
  await expect(page.getByRole('heading', { name: 'Are you still there?' })).toBeVisible()
  await page.clock.fastForward(31_000)
  await expect(page.getByText('Please return the tablet to the front desk.')).toBeVisible()
  await expect
    .poll(async () => (await desk.visits()).find((one) => one.id === again.id)?.state)
    .toBe('parked')
  expect(scanProfile(device.profile, texts).findings).toEqual([])
  const third = await desk.arm(id, ['initial-intake'])
  await holdsPackages(page, 1)
  await page.getByRole('button', { name: 'Next client' }).click()
  for (let wrong = 0; wrong < 3; wrong += 1) {
    await identify(page, third.code, ['4', '18', '1991'])
    await expect(page.getByRole('heading', { name: 'Please ask at the front desk' })).toBeVisible()
    if (wrong < 2) await page.getByRole('button', { name: 'Start again' }).click()
  }
  await page.goto(`${portal.url}/kiosk`)
  await expect(page.getByText('They open it with their PIN')).toBeVisible()
  await expect.poll(async () => (await desk.tablet(id))?.state).toBe('staff-needed')
})
