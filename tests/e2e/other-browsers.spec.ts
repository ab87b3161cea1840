/** The promise in browsers of other makers: no network, no server, a killed browser, and nothing is lost. */
import { findWebKit } from '../tools/find-programs.mjs'
import type { DrivenPage } from './driven-page.ts'
import { createFirefox } from './firefox.ts'
import type { OtherBrowser } from './other-browser.ts'
import { expect, PASSWORD, type PortalUnderTest, test } from './portal-test.ts'
import { secondDevice } from './server-state.ts'
import { createWebKit } from './webkit.ts'

test.setTimeout(240_000)

async function unlock(page: DrivenPage): Promise<void> {
  await page.fill(/^Password$/, PASSWORD)
  await page.click('button', /^Unlock$/)
}
const ANSWERS = [
  [/^Legal first name/, 'Rosa'],
  [/^Middle name/, 'Maria'],
  [/^Name you would like us to use/, 'Rosie'],
] as const

/** Answers given offline survive a killed browser, arrive, and a change elsewhere shows. */
async function keepsThePromise(portal: PortalUnderTest, browser: OtherBrowser): Promise<void> {
  try {
    let page = await browser.start()
    await page.goto(portal.url)
    await page.fill(/^Email$/, 'client@demo.test')
    await page.fill(/^Password$/, PASSWORD)
    await page.click('button', /^Sign in$/)
    await page.sees('link', /Initial Intake/)
    await page.becomes('the app to be on the device', 'return navigator.serviceWorker.controller !== null')

    await portal.stop()
    await page.goto(portal.url)
    await unlock(page)
    await page.click('link', /^Forms$/)
    await page.click('link', /Initial Intake/)
    await page.click('link', /^About you/)
    for (const [question, text] of ANSWERS) await page.fill(question, text)
    await page.sees('text', /^Saved on this device( · waiting to send)?$/)
    // Continue saves all that was typed before it says what is missing.
    await page.click('button', /^Continue$/)
    await page.becomes('what is missing', 'return document.querySelector("[aria-invalid=true]") !== null')

    await browser.kill()
    page = await browser.start()
    await page.goto(portal.url)
    await unlock(page)
    for (const [question, text] of ANSWERS) await page.holds(question, text)

    await portal.start()
    using second = await secondDevice(portal.url)
    const arrived = async () =>
      (await second.documents('drafts')).find(({ body }) =>
        ANSWERS.every(([, text]) => JSON.stringify(body.answers).includes(`"${text}"`)),
      )
    await expect.poll(arrived, { timeout: 60_000 }).toBeDefined()
    const draft = await arrived()
    const answers = Object.entries(draft?.body.answers ?? {})
    const [question, value] = answers.find(([, given]) => JSON.stringify(given).includes('"Maria"')) ?? []
    if (draft === undefined || question === undefined) throw new Error('the answer is not there')
    await second.answer(draft, question, JSON.parse(JSON.stringify(value).replace('Maria', 'Magdalena')))
    await page.holds(/^Middle name/, 'Magdalena')
  } finally {
    await browser.dispose()
  }
}

const PROMISE = 'answers given offline survive a killed browser, arrive, and a change elsewhere shows'

test(`Firefox: ${PROMISE}`, ({ portal }) => keepsThePromise(portal, createFirefox()))

test(`WebKitGTK: ${PROMISE}`, ({ portal }) => {
  test.skip(findWebKit() === undefined, 'WebKitGTK is not on this machine')
  return keepsThePromise(portal, createWebKit())
})
