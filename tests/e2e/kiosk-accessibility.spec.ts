/**
 * Every page of a tablet, and the front desk's page of tablets, against the rules of WCAG 2.2 AA: on a phone, a tablet and a
 * desktop, light and dark, in both languages; and a visit with the keyboard alone.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expectFocusSeen, isFocused, press, tabTo } from './by-keyboard.ts'
import { writeCameraPicture } from './camera-picture.ts'
import { lookEverywhere } from './looking.ts'
import { expect, PASSWORD, test } from './portal-test.ts'
import { ALEX, enrol, type FrontDesk, frontDesk, holdsPackages } from './waiting-room.ts'

const SIZES = [
  { width: 360, height: 740 },
  { width: 820, height: 1180 },
  { width: 1280, height: 800 },
]
const PIN = '482913'
const WORDS = {
  en: {
    ...{
      language: 'English',
      use: 'Use the camera',
      hold: /Hold the picture/,
      type: 'Type the code',
      go: 'Continue',
    },
    ...{
      open: 'Open my forms',
      again: 'Start again',
      ask: 'Please ask at the front desk',
      forms: 'Your forms',
      help: 'I need help',
      on: 'Go on',
    },
    ...{ stop: 'Stop here', next: 'Next client', staff: 'Staff', back: 'Back', still: 'I am still here' },
    ...{ birthday: ['4', '17', '1991'], month: 'Month', day: 'Day', year: 'Year', code: 'Code' },
  },
  es: {
    ...{
      language: 'Español',
      use: 'Usar la cámara',
      hold: /delante de la cámara/,
      type: 'Escribir el código',
    },
    ...{
      go: 'Continuar',
      open: 'Abrir mis formularios',
      again: 'Empezar de nuevo',
      ask: 'Pregunte en recepción, por favor',
      forms: 'Sus formularios',
    },
    ...{
      help: 'Necesito ayuda',
      on: 'Seguir',
      stop: 'Parar aquí',
      next: 'Siguiente cliente',
      staff: 'Personal',
    },
    ...{
      back: 'Atrás',
      still: 'Sigo aquí',
      birthday: ['4', '17', '1991'],
      month: 'Mes',
      day: 'Día',
      year: 'Año',
    },
    ...{ code: 'Código' },
  },
} as const

async function settings({ device }: FrontDesk): Promise<void> {
  // Looking at a page takes time, and nobody touches it meanwhile.
  const body = { pin: PIN, idleSeconds: 900 }
  const answer = await device.fetch('/api/v1/staff/kiosk/settings', { method: 'PUT', body })
  expect(answer.status).toBe(204)
}
const click = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

for (const language of ['en', 'es'] as const)
  test(`every page of a tablet keeps the rules of WCAG 2.2 AA, in all sizes and colours (${language})`, async ({
    portal,
    launch,
  }) => {
    test.setTimeout(600_000)
    const say = WORDS[language]
    const admin = await frontDesk(portal.url, 'admin@demo.test')
    await settings(admin)
    const { id, code: tabletCode } = await admin.addTablet('Window')
    const folder = mkdtempSync(join(tmpdir(), 'portal-camera-'))
    const film = join(folder, 'film.y4m')
    writeCameraPicture(film, null)
    const { page } = await launch({ viewport: { width: 820, height: 1180 }, camera: film })
    // Longer words are what another language changes: the narrowest screen shows it.
    const sizes = language === 'en' ? SIZES : SIZES.slice(0, 1)
    const look = (name: string) => lookEverywhere(page, `${language} ${name}`, sizes)
    await page.goto(`${portal.url}/kiosk`)
    await page.getByLabel('Code').fill('F7K2Q')
    await click(page, 'Add this tablet')
    await expect(page.getByRole('alert')).toBeVisible()
    await look('adding a tablet, with a code that is none')
    await enrol(page, portal.url, tabletCode)
    await page.clock.install()
    await page.goto(`${portal.url}/kiosk`)
    await click(page, say.language)
    await look('welcome')
    await click(page, say.go)
    await click(page, say.go)
    await expect(page.getByLabel(say.code, { exact: true })).toHaveAttribute('aria-invalid', 'true')
    await look('a code that is not whole')
    await click(page, say.use)
    await expect(page.getByText(say.hold)).toBeVisible()
    await look('the camera')
    await click(page, say.type)
    const visit = await admin.arm(id, ['phq-9', 'gad-7'], { language })
    await holdsPackages(page, 1)
    const birthday = async ([month, day, year]: readonly string[]) => {
      await page.getByLabel(say.code, { exact: true }).fill(visit.code)
      await click(page, say.go)
      await click(page, say.open)
      await look('the birthday, missing')
      await page.getByLabel(say.month).fill(month ?? '')
      await page.getByLabel(say.day, { exact: true }).fill(day ?? '')
      await page.getByLabel(say.year).fill(year ?? '')
      await click(page, say.open)
    }
    await birthday(['4', '18', '1991'])
    await expect(page.getByRole('heading', { level: 1, name: say.ask })).toBeVisible()
    await look('please ask at the front desk')
    await click(page, say.again)
    await click(page, say.go)
    await birthday(say.birthday)
    await expect(page.getByRole('heading', { name: say.forms })).toBeVisible()
    await look('the forms of a visit')
    await click(page, say.help)
    await expect(page.getByRole('alertdialog')).toBeVisible()
    await look('asking for help')
    await click(page, say.on)
    await page.clock.fastForward(871_000)
    await expect(page.getByRole('button', { name: say.still })).toBeVisible()
    await look('are you still there')
    await click(page, say.still)
    await click(page, say.stop)
    await expect(page.getByRole('button', { name: say.next })).toBeVisible()
    await look('please return the tablet')
    await click(page, say.next)
    await click(page, say.language)
    await click(page, say.staff)
    await page.getByLabel('PIN', { exact: true }).fill('111111')
    await click(page, say.go)
    await expect(page.getByRole('alert')).toBeVisible()
    await look('the staff PIN, wrong')
    await page.getByLabel('PIN', { exact: true }).fill(PIN)
    await click(page, say.go)
    await expect(page.getByRole('heading', { name: 'Window' })).toBeVisible()
    await look('of staff, at the tablet')
    rmSync(folder, { recursive: true })
  })

test('the front desk’s page of tablets keeps them too', async ({ portal, launch }) => {
  const admin = await frontDesk(portal.url, 'admin@demo.test')
  const { id, code } = await admin.addTablet('Window')
  const device = await launch({ viewport: { width: 820, height: 1180 } })
  await enrol(device.page, portal.url, code)
  const visit = await admin.arm(id, ['phq-9'])
  await portal.maintain(async ({ prisma }) => {
    const { clientId, drafts } = await prisma.kioskVisit.findUniqueOrThrow({ where: { id: visit.id } })
    const at = new Date()
    await prisma.kioskVisit.update({ where: { id: visit.id }, data: { state: 'parked', endedAt: at } })
    await prisma.kioskAnswer.create({
      data: {
        ...{ clientId, visitId: visit.id, draftId: drafts[0] ?? '', seq: 1, receivedAt: at },
        ...{ reason: 'unreadable', kept: Buffer.from('x') },
      },
    })
    await prisma.kioskTablet.update({ where: { accountId: id }, data: { unsent: 2, refused: 1 } })
  })
  await device.kill()
  const { page } = await launch({ viewport: { width: 1280, height: 800 } })
  const look = (name: string) => lookEverywhere(page, name, SIZES)
  await page.goto(`${portal.url}/staff/tablets`)
  await page.getByLabel('Email').fill('admin@demo.test')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('region', { name: 'Could not be filed' })).toBeVisible()
  await look('tablets')
  await page.getByRole('button', { name: 'Arm the visit', exact: true }).click()
  await expect(page.getByRole('alert').first()).toBeVisible()
  await look('arming, with what is missing')
  await page.getByRole('button', { name: 'Remove Window' }).click()
  await expect(page.getByRole('alertdialog')).toBeVisible()
  await look('removing a tablet that holds answers')
  await page.getByRole('button', { name: 'Keep it' }).click()
  await page.getByRole('button', { name: 'Arm the visit of Alex Rivera again' }).first().click()
  await expect(page.getByRole('img', { name: 'The code as a picture' })).toBeVisible()
  await look('a code that is shown')
})

test('a visit goes with the keyboard alone, and the focus is always seen', async ({ portal, launch }) => {
  const desk = await frontDesk(portal.url)
  const { id, code: tabletCode } = await desk.addTablet('Window')
  const { page } = await launch({ viewport: { width: 820, height: 1180 } })
  await enrol(page, portal.url, tabletCode)
  const { code } = await desk.arm(id, ['phq-9'])
  await holdsPackages(page, 1)
  await press(page, page.getByRole('button', { name: 'Continue' }))
  await tabTo(page, page.getByLabel('Code'))
  await page.keyboard.type(code)
  await page.keyboard.press('Enter')
  for (const [label, value] of [
    ['Month', ALEX.birthday[0]],
    ['Day', ALEX.birthday[1]],
    ['Year', ALEX.birthday[2]],
  ] as const) {
    await tabTo(page, page.getByLabel(label))
    await page.keyboard.type(value)
  }
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Your forms' })).toBeVisible()
  await askForHelp(page)
  await press(page, page.getByRole('button', { name: 'Go on' }))
  await press(page, page.getByRole('link', { name: /PHQ-9/ }))
  await expect(page.getByRole('link', { name: 'Start now' })).toBeVisible()
  await askForHelp(page)
  await press(page, page.getByRole('button', { name: 'Stop here' }))
  await press(page, page.getByRole('button', { name: 'Next client' }))
  await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible()
})

/** It stands above the page's heading, where the focus begins. */
async function askForHelp(page: Page): Promise<void> {
  const help = page.getByRole('button', { name: 'I need help' })
  for (let presses = 0; presses < 10 && !(await isFocused(help)); presses += 1) {
    await page.keyboard.press('Shift+Tab')
    await expectFocusSeen(page)
  }
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alertdialog')).toBeVisible()
}
