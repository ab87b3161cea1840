/**
 * A form with all of its questions on one page. What is out of sight is not laid out; it is found, reached, read out and
 * printed all the same.
 */
import type { Page } from '@playwright/test'
import { pdfText } from '../harness/pdf-text.ts'
import { findWebKit } from '../tools/find-programs.mjs'
import { expectFocusSeen } from './by-keyboard.ts'
import { openForm } from './filling.ts'
import { createFirefox } from './firefox.ts'
import { giveForm } from './given-form.ts'
import type { OtherBrowser } from './other-browser.ts'
import { expect, PASSWORD, type PortalUnderTest, signIn, test, unlock } from './portal-test.ts'
import { createWebKit } from './webkit.ts'

const MANY = 120
const question = (n: number) => ({ linkId: `q${n}`, type: 'integer', text: `Question ${n}` })
const REQUIRED = 110
const ASKING = 60
const ASKED = ASKING + 1
const FORM = {
  resourceType: 'Questionnaire',
  title: 'Long form',
  item: [
    {
      ...{ linkId: 'all', type: 'group', text: 'All of it' },
      item: Array.from({ length: MANY }, (_, index) => ({
        ...question(index + 1),
        ...(index + 1 === REQUIRED ? { required: true } : {}),
        ...(index + 1 === ASKED
          ? { enableWhen: [{ question: `q${ASKING}`, operator: '=', answerInteger: 1 }] }
          : {}),
      })),
    },
  ],
}
const give = (url: string) => giveForm(url, 'long', FORM)

const field = (page: Page, n: number) => page.getByLabel(new RegExp(`^Question ${n}( \\(optional\\))?$`))
const isSkipped = (page: Page, n: number) =>
  field(page, n).evaluate((element) => !element.checkVisibility({ contentVisibilityAuto: true }))

async function open(portal: PortalUnderTest, page: Page): Promise<void> {
  await give(portal.url)
  await signIn(page, portal.url, 'client@demo.test')
  await openForm(page, 'Long form')
  await page.getByRole('link', { name: 'Start now' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'All of it' })).toBeFocused()
}

test('the keyboard goes through a long page, and past a question that an answer asks for', async ({
  portal,
  launch,
}) => {
  const { page } = await launch({ viewport: { width: 360, height: 740 } })
  await open(portal, page)
  expect(await isSkipped(page, MANY)).toBe(true)
  await field(page, 1).focus()
  for (let n = 2; n <= 45; n += 1) {
    await page.keyboard.press('Tab')
    await expect(field(page, n)).toBeFocused()
    await expectFocusSeen(page)
  }
  await page.keyboard.press('Shift+Tab')
  await expect(field(page, 44)).toBeFocused()
  await expectFocusSeen(page)

  await field(page, ASKING).focus()
  await expect(field(page, ASKED)).toHaveCount(0)
  // The question that is asked now stands in between; the focus stays where it is, and goes there next.
  await page.keyboard.press('1')
  await page.keyboard.press('Tab')
  await expect(field(page, ASKED)).toBeFocused()
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Backspace')
  await expect(field(page, ASKED)).toHaveCount(0)
  await expect(field(page, ASKING)).toBeFocused()
})

test('a jump, and a return, lead to a question of a long page that was out of sight', async ({
  portal,
  launch,
}) => {
  const { page } = await launch({ viewport: { width: 360, height: 740 } })
  await open(portal, page)
  await page.getByRole('button', { name: 'Continue' }).click()
  const summary = page.getByRole('alert').filter({ hasText: 'Please check these answers' })
  await expect(summary).toBeFocused()
  expect(await isSkipped(page, REQUIRED)).toBe(true)
  await summary.getByRole('link', { name: `Question ${REQUIRED}` }).click()
  await expect(field(page, REQUIRED)).toBeFocused()
  await expectFocusSeen(page)

  await page.keyboard.type('7')
  await page.reload()
  await unlock(page)
  await expect(field(page, REQUIRED)).toBeFocused()
  await expect(field(page, REQUIRED)).toHaveValue('7')
  await expectFocusSeen(page)
  expect(await isSkipped(page, 1)).toBe(true)
})

test('a long page is read out and printed as a whole', async ({ portal, launch }) => {
  const { page } = await launch({ viewport: { width: 360, height: 740 }, screenReader: true })
  await open(portal, page)
  expect(await isSkipped(page, MANY)).toBe(true)
  const session = await page.context().newCDPSession(page)
  const fields = async () => {
    const { nodes } = await session.send('Accessibility.getFullAXTree')
    return nodes.flatMap(({ role, name }) => (role?.value === 'textbox' ? [String(name?.value)] : []))
  }
  const asked = Array.from({ length: MANY }, (_, index) => index + 1).filter((n) => n !== ASKED)
  const names = asked.map((n) => (n === REQUIRED ? `Question ${n}` : `Question ${n} (optional)`))
  await expect.poll(fields).toEqual(names)

  const paper = await pdfText(await page.pdf())
  expect([...paper.matchAll(/Question (\d+)/g)].map(([, n]) => Number(n))).toEqual(asked)
})

/** In view, whole, with the focus, and where it was at the last look: what was just brought there may yet be moved. */
const IS_AT = `
  const { activeElement, body } = document
  const { top, bottom } = activeElement.getBoundingClientRect()
  const before = body.dataset.before
  body.dataset.before = String(top)
  const named = [...(activeElement.labels ?? [])].some((label) => label.textContent === 'Question ${REQUIRED}')
  return named && top >= 0 && bottom <= innerHeight && String(top) === before
`

async function jumpsAndReturns(portal: PortalUnderTest, browser: OtherBrowser): Promise<void> {
  try {
    await give(portal.url)
    let page = await browser.start()
    await page.goto(portal.url)
    await page.fill(/^Email$/, 'client@demo.test')
    await page.fill(/^Password$/, PASSWORD)
    await page.click('button', /^Sign in$/)
    await page.click('link', /^Forms$/)
    await page.click('link', /Long form/)
    await page.click('link', /^Start now$/)
    await page.sees('heading', /^All of it$/)
    await page.click('button', /^Continue$/)
    await page.click('link', new RegExp(`^Question ${REQUIRED}$`))
    await page.becomes('the question to be shown and focused', IS_AT)
    // Where somebody is takes a moment to be written; what was answered there was written after it.
    await page.fill(new RegExp(`^Question ${REQUIRED}$`), '7')
    await page.sees('text', /^Received by the clinic/)
    await page.becomes('the app to be on the device', 'return navigator.serviceWorker.controller !== null')

    await browser.kill()
    page = await browser.start()
    await page.goto(portal.url)
    await page.fill(/^Password$/, PASSWORD)
    await page.click('button', /^Unlock$/)
    await page.becomes('the question to be shown and focused again', IS_AT)
    await page.holds(new RegExp(`^Question ${REQUIRED}$`), '7')
  } finally {
    await browser.dispose()
  }
}

const JUMP = 'a jump, and a return after a kill, lead to a question of a long page'

test(`Firefox: ${JUMP}`, ({ portal }) => jumpsAndReturns(portal, createFirefox()))

test(`WebKitGTK: ${JUMP}`, ({ portal }) => {
  test.skip(findWebKit() === undefined, 'WebKitGTK is not on this machine')
  return jumpsAndReturns(portal, createWebKit())
})
