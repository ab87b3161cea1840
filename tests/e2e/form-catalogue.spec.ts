/**
 * A form's whole way: an admin uploads it, reads what is wrong, tries it, publishes it and asks a client for it. The client
 * answers every kind of question with no network, is killed on the way, and hands it in; the clinician reads and saves it.
 */
import type { Page } from '@playwright/test'
import { openForm } from './filling.ts'
import { expectSound } from './looking.ts'
import { expect, PASSWORD, readyOffline, signIn, test, unlock } from './portal-test.ts'
import { scanProfile } from './scan-profile.ts'

const CARD = 'heliotrope-member-5520-lantern'
const HL7 = 'http://hl7.org/fhir/StructureDefinition/'
const diary = (...item: object[]) => ({
  name: 'diary.json',
  mimeType: 'application/json',
  buffer: Buffer.from(
    JSON.stringify({
      resourceType: 'Questionnaire',
      title: 'Sleep diary',
      item: [{ linkId: 'night', type: 'group', text: 'Last night', item }],
    }),
  ),
})
const hours = {
  linkId: 'hours',
  type: 'integer',
  text: 'Hours of sleep',
  required: true,
  _text: {
    extension: [
      {
        url: `${HL7}translation`,
        extension: [
          { url: 'lang', valueCode: 'es' },
          { url: 'content', valueString: 'Horas de sueño' },
        ],
      },
    ],
  },
}

async function signInAsStaff(page: Page, url: string, email: string): Promise<void> {
  await page.goto(`${url}/staff`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test('an admin uploads, tries and publishes a form, and asks a client for it', async ({ portal, launch }) => {
  const staff = (await launch()).page
  await signInAsStaff(staff, portal.url, 'admin@demo.test')
  await staff.getByRole('link', { name: 'Forms', exact: true }).click()
  await expect(staff.getByRole('link', { name: /PHQ-9/ })).toBeVisible()
  await staff.getByRole('link', { name: 'Upload a form' }).click()
  const file = staff.getByLabel('Questionnaire (FHIR R4, JSON)')
  await file.setInputFiles(
    diary({ linkId: 'who', type: 'reference', text: 'Who?' }, { linkId: 'which', type: 'choice' }),
  )
  const wrong = staff.getByRole('alert')
  await expect(wrong.getByText('item[0].item[0].type')).toBeVisible()
  await expect(wrong.getByText('item[0].item[1]', { exact: true })).toBeVisible()

  await file.setInputFiles(diary(hours))
  const preview = staff.getByRole('region', { name: /^Preview/ })
  await preview.getByLabel('Hours of sleep').fill('7.5')
  await preview.getByRole('button', { name: 'Check these answers' }).click()
  await expect(preview.getByText('Hours of sleep: Enter a whole number')).toBeVisible()
  await preview.getByLabel('Hours of sleep').fill('7')
  await expect(preview.getByText('These answers could be handed in.')).toBeVisible()
  await staff.getByRole('button', { name: 'Spanish' }).click()
  await expect(preview.getByLabel('Horas de sueño')).toBeVisible()
  // The portal's words around the form's own speak its language; what only the admin reads, and the frame, theirs.
  await preview.getByLabel('Horas de sueño').fill('7.5')
  await staff.getByRole('button', { name: 'Check these answers' }).click()
  await expect(preview.getByText('Sección 1 de 1')).toBeVisible()
  await expect(preview.getByText('Horas de sueño: Escriba un número entero')).toBeVisible()
  await expect(preview.getByText('These answers could not be handed in yet:')).toBeVisible()
  await staff.getByRole('button', { name: 'Tablet' }).click()
  await expectSound(staff)
  await staff.getByRole('button', { name: 'Publish' }).click()
  await expect(staff.getByRole('heading', { level: 1, name: 'Sleep diary' })).toBeVisible()

  await staff.getByRole('link', { name: 'Upload a new version' }).click()
  await expect(staff.getByRole('heading', { level: 1, name: 'New version of Sleep diary' })).toBeVisible()
  await staff
    .getByLabel('Questionnaire (FHIR R4, JSON)')
    .setInputFiles(diary(hours, { linkId: 'dreams', type: 'text', text: 'Dreams' }))
  await expect(staff.getByRole('listitem').filter({ hasText: 'Dreams' })).toContainText('New')
  await staff.getByRole('button', { name: 'Publish' }).click()
  await staff.getByRole('button', { name: 'What is different' }).click()
  await expect(staff.getByRole('listitem').filter({ hasText: 'Dreams' })).toContainText('New')
  await expectSound(staff)

  await staff.getByRole('link', { name: 'Clients', exact: true }).click()
  await staff
    .getByRole('listitem')
    .filter({ hasText: 'Alex Rivera' })
    .getByRole('link', { name: 'Forms' })
    .click()
  for (const form of ['Sleep diary', 'A bit of everything']) {
    await staff.getByLabel('Form', { exact: true }).selectOption({ label: form })
    await staff.getByRole('button', { name: 'Ask for it' }).click()
    await expect(staff.getByText(`“${form}” is on its way`)).toBeVisible()
  }
  await expectSound(staff)

  const device = await launch({ viewport: { width: 390, height: 844 } })
  let page = device.page
  await signIn(page, portal.url, 'client@demo.test')
  await expect(page.getByRole('link', { name: 'Start: Sleep diary' })).toBeVisible()
  await readyOffline(page)
  await portal.stop()
  await openForm(page, 'A bit of everything')
  await page.getByRole('link', { name: 'Start now' }).click()
  await page.getByLabel('A short text').fill('Sam')
  await page.getByLabel(/^A web address/).fill('example.org')
  await page.getByLabel(/^A number with decimals/).fill('98.60')
  await page.getByRole('textbox', { name: /^An amount with a unit/ }).fill('72.5')
  await page.getByRole('textbox', { name: 'Several short texts 1' }).fill('Peanuts')
  await page.getByRole('button', { name: 'Add another: Several short texts' }).click()
  await page.getByRole('textbox', { name: 'Several short texts 2' }).fill('Milk')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('link', { name: /An amount with a unit.*Choose a unit/ })).toBeVisible()
  await page.getByRole('combobox', { name: 'Unit', exact: true }).selectOption('pounds')
  await expect(page.getByText(/^Saved on this device/).first()).toBeVisible()
  await expectSound(page)

  await device.kill()
  page = await device.start()
  await page.goto(portal.url)
  await unlock(page)
  await openForm(page, 'A bit of everything')
  await page.getByRole('link', { name: 'Continue where you left off' }).click()
  await expect(page.getByLabel(/^A number with decimals/)).toHaveValue(/^98\.60?$/)
  await expect(page.getByRole('textbox', { name: 'Several short texts 2' })).toHaveValue('Milk')
  await page.getByRole('button', { name: 'Continue' }).click()
  const moment = page.getByRole('group', { name: /^A day with a time/ })
  await moment.getByLabel('Month').fill('3')
  await moment.getByLabel('Day', { exact: true }).fill('27')
  await moment.getByLabel('Year').fill('2026')
  await moment.getByLabel(/^Time/).fill('14:30')
  await page.getByLabel(/^A time of day/).fill('08:15')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Something else', { exact: true }).check()
  await page.getByLabel('In your own words', { exact: true }).fill('Parrot')
  await page.getByLabel('Bread').check()
  await page.getByLabel('Something else, in your own words').fill('Soup')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Add: Visit' }).click()
  await page.getByLabel('Where?').fill('Boston')
  await expect(page.getByLabel('How many nights?')).toHaveValue('1')
  await page.getByRole('button', { name: 'Continue' }).click()
  const choice = page.getByLabel(/^A photo or a file/)
  await choice.setInputFiles({ name: 'tool.exe', mimeType: 'application/pdf', buffer: Buffer.from('MZ') })
  await expect(page.getByText('“tool.exe” cannot be given here')).toBeVisible()
  await choice.setInputFiles({
    name: 'wrong.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('the wrong one'),
  })
  await page.getByRole('button', { name: 'Remove wrong.txt' }).click()
  await expect(page.getByText('wrong.txt')).toBeHidden()
  await choice.setInputFiles({ name: 'card.txt', mimeType: 'text/plain', buffer: Buffer.from(CARD) })
  await expect(page.getByText('Sealed on this device, waiting to be sent')).toBeVisible()
  await page.getByRole('button', { name: 'Open card.txt' }).click()
  await expect(page.getByText(CARD)).toBeVisible()
  await expect(page.getByText(/^Saved on this device/).first()).toBeVisible()
  await expectSound(page)
  await device.kill()
  expect(scanProfile(device.profile, [CARD, 'card.txt']).findings).toEqual([])
  page = await device.start()
  await page.goto(portal.url)
  await unlock(page)
  await openForm(page, 'A bit of everything')
  await page.getByRole('link', { name: 'Continue where you left off' }).click()
  await expect(page.getByText('card.txt')).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Draw my signature instead' }).click()
  const sheet = page.locator('canvas')
  await expect(sheet).toBeVisible()
  await sheet.scrollIntoViewIfNeeded()
  const { x, y, width } = (await sheet.boundingBox()) ?? { x: 0, y: 0, width: 0 }
  await page.mouse.move(x + 20, y + 40)
  await page.mouse.down()
  await page.mouse.move(x + width / 2, y + 70, { steps: 8 })
  await page.mouse.move(x + width - 20, y + 30, { steps: 8 })
  await page.mouse.up()
  await expect(page.getByText(/^Signed /)).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()
  for (const text of [
    '98.6 °F',
    '72.5 pounds',
    'March 27, 2026, 2:30 PM',
    '8:15 AM',
    'Parrot',
    'Soup',
    'Milk',
    'card.txt',
  ])
    await expect(page.getByText(text).first()).toBeVisible()
  await page.getByRole('button', { name: 'Submit' }).click()
  await expect(page.getByRole('heading', { name: 'Your form is ready to go' })).toBeVisible()
  await portal.start()
  await expect(page.getByRole('heading', { name: 'Your practice has received your form' })).toBeVisible()
  await page.getByRole('link', { name: 'See your answers' }).click()
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save as PDF' }).click()
  expect((await saved).suggestedFilename()).toBe('form.pdf')

  const clinician = (await launch()).page
  await signInAsStaff(clinician, portal.url, 'clinician@demo.test')
  await clinician.getByRole('link', { name: /A bit of everything/ }).click()
  await clinician.getByRole('link', { name: /^card\.txt/ }).click()
  await expect(clinician.getByText(CARD)).toBeVisible()
  await clinician.getByRole('link', { name: 'Form', exact: true }).click()
  await expect(clinician.getByRole('link', { name: /^card\.txt/ })).toBeVisible()
})

test('a new version is taken once there is one to compare it with, and the preview says which it is', async ({
  portal,
  launch,
}) => {
  const { page } = await launch()
  await signInAsStaff(page, portal.url, 'admin@demo.test')
  await page.getByRole('link', { name: 'Forms', exact: true }).click()
  await page.getByRole('link', { name: /PHQ-9/ }).click()
  const upload = page.getByRole('link', { name: 'Upload a new version' })
  await expect(upload).toBeVisible()
  let release = () => {}
  const held = new Promise<void>((done) => {
    release = done
  })
  await page.route('**/api/v1/staff/forms', async (route) => {
    await held
    await route.continue()
  })
  await upload.click()
  await expect(page.getByText('Loading…')).toBeVisible()
  const file = page.getByLabel('Questionnaire (FHIR R4, JSON)')
  await expect(file).toHaveCount(0)
  release()
  await file.setInputFiles(diary(hours))
  await expect(page.getByRole('region', { name: 'What is different from the version before' })).toBeVisible()

  const background = (name: string) =>
    page.getByRole('button', { name }).evaluate((button) => getComputedStyle(button).backgroundColor)
  await page.mouse.move(0, 0)
  expect(await background('Phone')).not.toBe(await background('Tablet'))
  expect(await background('English')).not.toBe(await background('Spanish'))
  // Nothing is before the first section.
  await expect(page.getByRole('button', { name: 'Back', exact: true })).toHaveCount(0)
})
