/** Appointments from the phone to the front desk and back: asked for offline, decided, and changed meanwhile. */
import type { Page } from '@playwright/test'
import { expect, readyOffline, signIn, test } from './portal-test.ts'

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })
const openVisits = (page: Page) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Visits' }).click()
const firstVisit = (page: Page) =>
  page
    .getByRole('region', { name: 'Upcoming' })
    .getByRole('link', { name: /Individual therapy/ })
    .first()

/** A day that no demo appointment is on, as the date input wants it. */
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

test('a request made offline survives a restart, is decided by staff, and comes back', async ({
  portal,
  launch,
  network,
}) => {
  const line = await network()
  const phone = await launch({ viewport: { width: 360, height: 740 } })
  await signIn(phone.page, line.url, 'client@demo.test')
  await openVisits(phone.page)
  await expect(firstVisit(phone.page)).toBeVisible()
  await readyOffline(phone.page)
  const title = heading(phone.page, 'Appointments')
  await expect(phone.page.getByText('Up to date').first()).toBeVisible()
  const place = await title.boundingBox()
  await line.cut()
  // Words that say so find room where they are: nothing below them moves.
  await expect(phone.page.getByText('Clinic not reachable · all saved here').first()).toBeVisible()
  expect(await title.boundingBox()).toEqual(place)

  // What is typed and not sent yet is there again after a reload.
  await firstVisit(phone.page).click()
  await phone.page.getByRole('link', { name: 'Ask for another time' }).click()
  await phone.page.getByRole('button', { name: 'Ask for another time' }).click()
  await expect(phone.page.getByRole('alert').filter({ hasText: 'Choose a day' })).toBeFocused()
  await phone.page.getByLabel('Day', { exact: true }).fill(inDays(24))
  await phone.page.getByLabel('Time of day').selectOption('afternoon')
  await phone.page.getByLabel('Reason').fill('I am at my sister’s that week')
  await phone.page.getByRole('link', { name: 'Appointments', exact: true }).click()
  await firstVisit(phone.page).click()
  await phone.page.getByRole('link', { name: 'Ask for another time' }).click()
  await expect(phone.page.getByLabel('Reason')).toHaveValue('I am at my sister’s that week')
  await phone.page.getByRole('button', { name: 'Ask for another time' }).click()
  await expect(heading(phone.page, 'Appointments')).toBeVisible()
  const card = phone.page.getByRole('region', { name: /^Move the appointment/ })
  await expect(card.getByText('Saved on this device')).toBeVisible()
  await expect(card.getByRole('button', { name: 'Undo' })).toBeVisible()
  await expect(firstVisit(phone.page)).toContainText('You asked for another time')
  // Back at the form there is nothing to ask twice, and what waits is called by what it is.
  await phone.page.goBack()
  await expect(heading(phone.page, 'You have asked about this appointment')).toBeVisible()
  await expect(phone.page.getByRole('region', { name: /^Move the appointment/ })).toBeVisible()
  await expect(phone.page.getByLabel('Reason')).toHaveCount(0)
  await phone.page.getByRole('link', { name: /^Sync/ }).click()
  const waiting = phone.page.getByRole('region', { name: 'On this device, waiting to be sent' })
  await expect(waiting.getByRole('listitem')).toHaveText(/^Move the appointment on .*Saved on this device$/)
  await openVisits(phone.page)
  await line.restore()
  await expect(card.getByText(/Received by the clinic/)).toBeVisible()

  // The front desk offers another time, the client takes it, the front desk agrees.
  const desk = await launch({ viewport: { width: 1280, height: 800 } })
  await signIn(desk.page, `${portal.url}/staff/requests`, 'desk@demo.test')
  await desk.page.getByRole('link', { name: /Alex Rivera/ }).click()
  await expect(desk.page.getByText('I am at my sister’s that week')).toBeVisible()
  await desk.page.getByRole('radio', { name: 'Offer other times' }).check()
  await desk.page.getByLabel('Day', { exact: true }).fill(inDays(25))
  await desk.page.getByLabel('Begins').fill('15:00')
  await desk.page.getByLabel('Ends').fill('15:50')
  await desk.page.getByLabel('Note to the client').fill('That week only Thursday')
  await desk.page.getByRole('button', { name: 'Send the answer' }).click()
  await expect(desk.page.getByRole('heading', { name: 'All decided' })).toBeVisible()

  await expect(card.getByText('That week only Thursday')).toBeVisible()
  await card.getByRole('button', { name: /^Take .*3:00/ }).click()
  await expect(card.getByText(/^You chose: .*3:00/)).toBeVisible()
  await expect(card.getByText(/Received by the clinic/)).toBeVisible()

  await desk.page.getByRole('button', { name: 'Refresh' }).click()
  await desk.page.getByRole('link', { name: /Alex Rivera/ }).click()
  await expect(desk.page.getByLabel('Begins')).toHaveValue('15:00')
  await desk.page.getByRole('button', { name: 'Send the answer' }).click()
  await expect(desk.page.getByRole('heading', { name: 'All decided' })).toBeVisible()
  await expect(card.getByText('Agreed')).toBeVisible()
  await phone.page.getByRole('navigation', { name: 'View' }).getByRole('link', { name: 'Agenda' }).click()
  await expect(phone.page.getByRole('link', { name: /3:00 – 3:50 PM, Eastern Time/ })).toBeVisible()
})

test('what staff changed while a client was offline is shown to both, and nothing is decided by itself', async ({
  portal,
  launch,
  network,
}) => {
  const line = await network()
  const phone = await launch({ viewport: { width: 360, height: 740 } })
  await signIn(phone.page, line.url, 'client@demo.test')
  await openVisits(phone.page)
  await expect(firstVisit(phone.page)).toBeVisible()
  // Another device asks for another time, and the front desk moves the appointment while the phone is away.
  const laptop = await launch({ viewport: { width: 1280, height: 800 } })
  await signIn(laptop.page, portal.url, 'client@demo.test')
  await openVisits(laptop.page)
  await readyOffline(phone.page)
  await line.cut()
  await firstVisit(laptop.page).click()
  await laptop.page.getByRole('link', { name: 'Ask for another time' }).click()
  await laptop.page.getByLabel('Day', { exact: true }).fill(inDays(31))
  await laptop.page.getByRole('button', { name: 'Ask for another time' }).click()
  await expect(laptop.page.getByText(/Received by the clinic/)).toBeVisible()
  const desk = await launch({ viewport: { width: 1280, height: 800 } })
  await signIn(desk.page, `${portal.url}/staff/requests`, 'desk@demo.test')
  await desk.page.getByRole('link', { name: /Alex Rivera/ }).click()
  await desk.page.getByLabel('Day', { exact: true }).fill(inDays(31))
  await desk.page.getByLabel('Begins').fill('10:00')
  await desk.page.getByLabel('Ends').fill('10:50')
  await desk.page.getByRole('button', { name: 'Send the answer' }).click()
  await expect(desk.page.getByRole('heading', { name: 'All decided' })).toBeVisible()

  // The phone knows nothing of that and asks to cancel what it still shows.
  await firstVisit(phone.page).click()
  await phone.page.getByRole('link', { name: 'Cancel this appointment' }).click()
  await expect(phone.page.getByText(/at least 24 hours before/)).toBeVisible()
  await phone.page.getByLabel('Reason').fill('I am ill')
  await phone.page.getByRole('button', { name: 'Ask to cancel' }).click()
  const card = phone.page.getByRole('region', { name: /^Cancel the appointment/ })
  await expect(card.getByText('Saved on this device')).toBeVisible()
  await line.restore()
  await expect(card.getByText('Needs another look')).toBeVisible()
  await expect(card.getByRole('region', { name: 'When you asked' })).toContainText('2:00 – 2:50 PM')
  await expect(card.getByRole('region', { name: 'Now', exact: true })).toContainText('10:00 – 10:50 AM')

  await desk.page.getByRole('button', { name: 'Refresh' }).click()
  await desk.page.getByRole('link', { name: /Alex Rivera/ }).click()
  await expect(desk.page.getByRole('region', { name: 'When the client asked' })).toContainText(
    '2:00 – 2:50 PM',
  )
  await expect(desk.page.getByRole('region', { name: 'Now', exact: true })).toContainText('10:00 – 10:50 AM')
  await card.getByRole('button', { name: 'Still ask for this' }).click()
  await expect(card.getByText('Waiting for your practice')).toBeVisible()
  await card.getByRole('button', { name: /Withdraw|Undo/ }).click()
  await expect(card.getByText('Withdrawn')).toBeVisible()
})

test('the front desk puts up times, sees them, and takes one back', async ({ portal, launch }) => {
  const { page } = await launch({ viewport: { width: 1280, height: 800 } })
  await signIn(page, `${portal.url}/staff/slots`, 'desk@demo.test')
  await expect(heading(page, 'Free times')).toBeVisible()
  await page.getByLabel('Day', { exact: true }).fill(inDays(3))
  await page.getByLabel('Begins').fill('13:00')
  await page.getByLabel('Ends').fill('16:00')
  await page.getByRole('button', { name: 'Put up 3 times' }).click()
  await expect(page.getByRole('link', { name: 'Say where' })).toBeVisible()
  await page.getByLabel('Where', { exact: true }).fill('Room 2')
  await page.getByRole('button', { name: 'Put up 3 times' }).click()
  await expect(page.getByRole('status')).toHaveText('3 times are put up.')
  await expect(page.getByRole('button', { name: /^Take back 1:00/ })).toBeVisible()
  await page.getByRole('button', { name: /^Take back 2:00/ }).click()
  await expect(page.getByRole('button', { name: /^Take back 2:00/ })).toHaveCount(0)
  await page.getByRole('button', { name: 'Put up 3 times' }).click()
  await expect(page.getByRole('status')).toHaveText('1 time is put up.')
})
