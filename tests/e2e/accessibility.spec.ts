/**
 * Every page, in the states that are hardest to get right, against the rules of WCAG 2.2 AA: on a phone and a desktop,
 * light and dark. And no page scrolls sideways at 320 px, or with text at twice its size. One walk is looked at in all
 * sizes: going there costs more than looking.
 */
import type { Locator, Page } from '@playwright/test'
import { signIn as signInAt } from '../harness/sign-in.ts'
import { answerScale, openForm, openForms, openSection, RECEIVED, submitFromCheck } from './filling.ts'
import { inBothSchemes, lookEverywhere, overflow, violations } from './looking.ts'
import { readMail } from './outbox-page.ts'
import { expect, type PortalUnderTest, readyOffline, signIn, test } from './portal-test.ts'

const PHONE = { width: 360, height: 740 }
const DESKTOP = { width: 1280, height: 800 }

type Look = (name: string) => Promise<void>
type Walk = (page: Page, look: Look, portal: PortalUnderTest) => Promise<void>

const PHQ9 = 'PHQ-9'
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })

/** By the bar, or on a phone behind its last entry. */
const openStaff = async (page: Page, name: string): Promise<void> => {
  const main = page.getByRole('navigation', { name: 'Main' })
  const more = main.getByRole('button', { name: 'More' })
  const link = main.getByRole('link', { name, exact: true })
  if (!(await link.isVisible())) await more.click()
  await link.click()
}

const staffPages = (page: Page, look: Look, portal: PortalUnderTest) => ({
  open: async (address: string, ready: Locator, name: string) => {
    await page.goto(`${portal.url}/staff/${address}`)
    await expect(ready).toBeVisible()
    await look(name)
  },
  part: (name: string) => page.getByRole('heading', { name }),
  button: (name: string | RegExp) => page.getByRole('button', { name, exact: true }),
})

/** A refill and a visit that are to be decided; a second time they are there already. */
async function askForAll(portal: PortalUnderTest): Promise<void> {
  const client = await signInAt(portal.url, 'client@demo.test')
  const { body } = await client.fetch('/api/v1/portal/prescriptions')
  const { items } = body as { items: { id: string; name: string; status: string }[] }
  const medicationId = items.find(({ name, status }) => name === 'Sertraline' && status === 'active')?.id
  const ask = (path: string, wish: unknown) =>
    client.fetch(path, { method: 'POST', headers: { 'idempotency-key': path }, body: wish })
  const tomorrow = Date.now() + 24 * 3_600_000
  const answers = [
    await ask('/api/v1/portal/prescriptions/refill', { medicationId }),
    await ask('/api/v1/portal/appointments/request', {
      preferredTimes: [{ from: tomorrow, to: tomorrow + 3_600_000 }],
      reason: 'Sleep',
    }),
  ]
  expect(answers.map(({ status }) => status).every((status) => [200, 201, 409].includes(status))).toBe(true)
}

/** Everything a client meets, from the door to the receipt. */
const asClient: Walk = async (page, look, portal) => {
  await page.goto(portal.url)
  await expect(heading(page, 'Sign in')).toBeVisible()
  await look('sign-in')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await look('sign-in with what is missing')
  await signIn(page, portal.url, 'client@demo.test')
  await expect(page.getByRole('link', { name: /Initial Intake/ })).toBeVisible()
  await look('home')
  await openForms(page)
  await expect(page.getByRole('link', { name: /Initial Intake/ })).toBeVisible()
  await look('forms')

  await openForm(page, 'Initial Intake')
  await look('overview')
  await page.getByRole('link', { name: /^About you/ }).click()
  await expect(page.getByLabel('Legal first name')).toBeVisible()
  await look('section')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Please check these answers' })).toBeFocused()
  await look('section with problems')

  await openForm(page, PHQ9)
  await page.getByRole('link', { name: 'Start now' }).click()
  await answerScale(page, 'Not at all', { 8: 'Several days' })
  await expect(page.getByRole('alert', { name: 'You are not alone' })).toBeVisible()
  await look('scale with the crisis card')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(heading(page, 'Check your answers')).toBeVisible()
  await look('check')
  await submitFromCheck(page)
  await expect(heading(page, 'Your practice has received your form')).toBeVisible()
  await look('receipt')
  await page.getByRole('link', { name: 'See your answers' }).click()
  await expect(page.getByText(RECEIVED).first()).toBeVisible()
  await look('completed')

  const main = page.getByRole('navigation', { name: 'Main' })
  await main.getByRole('link', { name: 'Visits' }).click()
  await expect(page.getByRole('heading', { name: 'Upcoming' })).toBeVisible()
  await look('appointments')
  for (const view of ['Agenda', 'Week', 'Month']) {
    await page.getByRole('navigation', { name: 'View' }).getByRole('link', { name: view }).click()
    await expect(page.getByRole('link', { name: view })).toHaveAttribute('aria-current', 'page')
    await look(`appointments: ${view}`)
  }
  await expect(page.getByRole('grid')).toBeVisible()
  await look('appointments: month grid')
  await page.getByRole('navigation', { name: 'View' }).getByRole('link', { name: 'List' }).click()
  await page
    .getByRole('link', { name: /Video visit/ })
    .first()
    .click()
  await expect(page.getByRole('link', { name: 'Join the video visit' })).toBeVisible()
  await look('appointment')
  await main.getByRole('link', { name: 'Messages' }).click()
  await expect(heading(page, 'Messages')).toBeVisible()
  await look('messages')
  await page.getByRole('link', { name: /Before your next visit/ }).click()
  await expect(page.getByLabel('Your answer')).toBeVisible()
  await look('conversation')
  await main.getByRole('link', { name: 'Messages' }).click()
  await page.getByRole('link', { name: 'New message' }).click()
  await expect(page.getByLabel('What is it about?')).toBeVisible()
  await page.getByRole('button', { name: 'Send' }).click()
  await look('new message: nothing written')
  await page.getByRole('link', { name: /^Sync/ }).click()
  await expect(heading(page, 'Saved and sent')).toBeVisible()
  await look('sync centre')
  await main.getByRole('link', { name: 'Account' }).click()
  await expect(heading(page, 'Account')).toBeVisible()
  await look('account')
  await page.getByRole('link', { name: 'Profile and notifications' }).click()
  await expect(page.getByRole('checkbox', { name: 'Refills: Text' })).toBeVisible()
  await look('profile')
  await main.getByRole('link', { name: 'Home' }).click()
  await page.getByRole('link', { name: 'Prescriptions and refills' }).click()
  await expect(page.getByRole('heading', { name: 'What you take now' })).toBeVisible()
  await look('prescriptions')
  await main.getByRole('link', { name: 'Account' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('alertdialog').or(page.getByRole('dialog'))).toBeVisible()
  await look('sign-out dialog')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Lock now' }).click()
  await expect(heading(page, 'Unlock')).toBeVisible()
  await look('unlock')
}

/** The pages before anybody is known, and those where somebody changes what they sign in with. */
const asNewcomer: Walk = async (page, look, portal) => {
  await page.goto(`${portal.url}/register`)
  await expect(heading(page, 'Set up your account')).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()
  await look('finding a record, with what is missing')
  await page.getByLabel('Month').fill('Aug')
  await page.getByLabel('Day').fill('30')
  await page.getByLabel('Year').fill('1979')
  await page.getByLabel('Last four digits').fill('4821')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(heading(page, 'Enter the code')).toBeVisible()
  await look('the code')
  const { code } = await readMail(page, portal.url, 'jamie@demo.test', 'Your code to set up the portal')
  await page.getByLabel('Code').fill(code)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(heading(page, 'How you will sign in')).toBeVisible()
  await page.getByLabel('Password', { exact: true }).fill('three slow herons')
  await expect(page.getByText(/^(Could be better|Good|Very good)$/).first()).toBeVisible()
  await look('choosing a password')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(heading(page, 'Terms of use')).toBeVisible()
  await look('terms')
  await page.getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Set up my account' }).click()
  await expect(heading(page, /^Hello/)).toBeVisible()

  await page.getByRole('link', { name: 'Account', exact: true }).first().click()
  await expect(heading(page, 'Account')).toBeVisible()
  await look('account')
  await page.getByRole('link', { name: 'Change password' }).click()
  await expect(heading(page, 'Change your password')).toBeVisible()
  await look('change password')
  await page.goBack()
  await page.getByRole('link', { name: 'Change email address' }).click()
  await expect(heading(page, 'Change your email address')).toBeVisible()
  await look('change address')
  await page.goto(`${portal.url}/forgot-password`)
  await page.getByLabel('Email').fill('nobody@demo.test')
  await page.getByRole('button', { name: 'Send me a link' }).click()
  await expect(heading(page, 'Look at your messages')).toBeVisible()
  await look('a link was asked for')
  await page.goto(`${portal.url}/undo-email#00000000-0000-4000-8000-000000000000.${'a'.repeat(43)}`)
  await expect(heading(page, 'Take the change of address back')).toBeVisible()
  await look('taking a change back')
}

/** Needs a submission: the client's walk comes first. */
const asStaff: Walk = async (page, look, portal) => {
  await page.goto(`${portal.url}/staff`)
  await expect(heading(page, 'Staff sign-in')).toBeVisible()
  await look('staff sign-in')
  await signIn(page, `${portal.url}/staff`, 'clinician@demo.test')
  const submission = page.getByRole('link', { name: new RegExp(PHQ9) }).first()
  await expect(submission).toBeVisible()
  await look('staff inbox')
  await submission.click()
  await expect(page.getByRole('button', { name: 'Mark as reviewed' })).toBeVisible()
  await look('staff submission')
}

const asAdmin: Walk = async (page, look, portal) => {
  await signIn(page, `${portal.url}/staff`, 'admin@demo.test')
  const signedIn = page.getByRole('listitem').filter({ hasText: 'Signed in' }).first()
  await expect(signedIn).toBeVisible()
  await look('audit trail')
  await signedIn.locator('summary').click()
  await expect(page.getByText('Place in the chain').first()).toBeVisible()
  await look('audit trail with an event open')
  await page.getByLabel('Until').fill('2020-01-01')
  await page.getByRole('button', { name: 'Search' }).click()
  await expect(page.getByRole('heading', { name: 'Nothing was found' })).toBeVisible()
  await look('audit trail with nothing found')
  await openStaff(page, 'Team')
  await expect(page.getByRole('button', { name: 'Close account' }).first()).toBeVisible()
  await look('team')
  await page.getByRole('button', { name: 'Reset two-step' }).first().click()
  await expect(page.getByRole('alertdialog')).toBeVisible()
  await page.getByRole('button', { name: 'Take all second steps away' }).click()
  await look('resetting the second step of a colleague')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await openStaff(page, 'Deliveries')
  await expect(page.getByRole('heading', { name: 'Everything was delivered' })).toBeVisible()
  await look('deliveries')
  await openStaff(page, 'Forms')
  await expect(heading(page, 'Forms')).toBeVisible()
  await look('forms of the practice')
  await openStaff(page, 'Clients')
  await page.getByRole('button', { name: 'Invite' }).first().click()
  await expect(page.getByRole('alertdialog')).toBeVisible()
  await look('inviting a client')
}

/** What the front desk has of a client, and what it puts up: forms once as they come and once with what is missing. */
const asDesk: Walk = async (page, look, portal) => {
  const { clientId } = await signInAt(portal.url, 'client@demo.test')
  await signIn(page, `${portal.url}/staff`, 'desk@demo.test')
  const { open, part, button } = staffPages(page, look, portal)
  await expect(heading(page, 'Requests')).toBeVisible()
  await open('slots', button(/^Put up/), 'free times')
  await button(/^Put up/).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Please check these answers' })).toBeFocused()
  await look('free times with what is missing')
  await open('tablets', button('Show a code'), 'tablets')
  await page.getByLabel('Name', { exact: true }).fill('Front window')
  await button('Show a code').click()
  await expect(page.getByText('Front window').first()).toBeVisible()
  await look('a tablet with its code')
  await open(`clients/${clientId}/forms`, part('Ask for a form'), 'forms of a client')
  await open(`clients/${clientId}/documents`, button('Share with the client'), 'documents of a client')
  await button('Share with the client').click()
  await expect(page.getByRole('alert').filter({ hasText: 'Please check these answers' })).toBeFocused()
  await look('sharing with what is missing')
  await open(`clients/${clientId}/billing`, part('Statements'), 'account of a client')
  await button('Adjust').first().click()
  await look('adjusting a statement')
  await open(`clients/${clientId}/access`, heading(page, /^People with access/), 'people with access')
  const lost = button('Lost: sign out and remove everything').first()
  await open(`clients/${clientId}/devices`, lost, 'devices of a client')
  await lost.click()
  await expect(page.getByRole('alertdialog')).toBeVisible()
  await look('a lost device')
  await open(`clients/${clientId}/closing`, button('Close the record'), 'closing a record')
  await button('Close the record').click()
  await look('closing with what is missing')
  await open('password', heading(page, /password/i), 'password of staff')
  await open('two-step', heading(page, 'Two-step sign-in'), 'two-step sign-in of staff')
  await open('display', page.getByRole('radio', { name: 'More contrast' }), 'display of staff')
}

/** What clients ask their clinician, and what stands in the calendar. */
const asClinician: Walk = async (page, look, portal) => {
  await askForAll(portal)
  await signIn(page, `${portal.url}/staff`, 'clinician@demo.test')
  const { open, part, button } = staffPages(page, look, portal)
  await expect(heading(page, 'Inbox')).toBeVisible()
  const asked = page
    .getByRole('main')
    .getByRole('link', { name: /Alex Rivera/ })
    .first()
  for (const [list, ready, name] of [
    ['messages', page.getByLabel('Your answer'), 'a conversation with a client'],
    ['refills', button('Send the answer'), 'a refill'],
    ['requests', button('Send the answer'), 'a request'],
  ] as const) {
    await open(list, asked, `${list} of clients`)
    await asked.click()
    await expect(ready).toBeVisible()
    await look(name)
  }
  await open('day', heading(page, 'Day'), 'the day')
  await open(
    'slots',
    part('Put up times').or(heading(page, 'Free times')).first(),
    'free times of a clinician',
  )
}

/** Wherever somebody is signed in there is the navigation; a dialog covers it until it is answered. */
const canLeave = async (page: Page): Promise<boolean> =>
  (await page.getByRole('navigation', { name: 'Main' }).count()) === 0 ||
  (await page.getByRole('alertdialog').or(page.getByRole('dialog')).count()) > 0 ||
  (await page.getByRole('button', { name: 'Sign out', exact: true }).first().isVisible())

test.describe('[V7.4.4] with signing out in sight wherever somebody is signed in', () => {
  // Each walk goes to some twenty pages and looks at each nine times.
  test.describe.configure({ timeout: 900_000 })
  for (const [who, walks] of [
    ['clients and clinicians', [asClient, asStaff]],
    // The newcomer last: until then somebody is there to be invited.
    ['admins and newcomers', [asAdmin, asNewcomer]],
    ['the front desk and the calendar', [asDesk, asClinician]],
  ] as const)
    test(`every page of ${who} keeps the rules of WCAG 2.2 AA, on a phone and a desktop, light and dark`, async ({
      portal,
      launch,
    }) => {
      for (const walk of walks) {
        const { page } = await launch({ viewport: DESKTOP })
        const look: Look = (name) =>
          lookEverywhere(page, name, [PHONE, DESKTOP], async (where) => {
            expect.soft(await canLeave(page), `${where}: signing out`).toBe(true)
          })
        await walk(page, look, portal)
      }
    })
})

test('two answers from two devices keep the rules too', async ({ portal, launch, network }) => {
  const devices = []
  for (const viewport of [PHONE, DESKTOP]) {
    const [{ page }, line] = [await launch({ viewport }), await network()]
    await signIn(page, line.url, 'client@demo.test')
    await expect(page.getByRole('link', { name: /Initial Intake/ })).toBeVisible()
    await readyOffline(page)
    await line.cut()
    await openSection(page, 'Initial Intake', 'About you')
    await page.getByLabel('Legal first name').fill(`Rosa of the ${viewport.width}`)
    await expect(page.getByText('Saved on this device').first()).toBeVisible()
    devices.push({ page, line })
  }
  for (const { line } of devices) await line.restore()
  for (const { page } of devices) {
    await expect(page.getByRole('region', { name: 'Two answers from your devices' })).toBeVisible()
    await inBothSchemes(page, async (scheme) => {
      expect.soft(await violations(page, scheme), scheme).toEqual([])
    })
  }
  expect(portal.port).toBeGreaterThan(0)
})

test('no page scrolls sideways with text at twice its size', async ({ portal, launch }) => {
  for (const walk of [asClient, asStaff, asAdmin, asNewcomer, asDesk, asClinician]) {
    const device = await launch({ viewport: PHONE, textSize: 32 })
    await walk(
      device.page,
      async (name) => expect.soft(await overflow(device.page), name).toEqual([]),
      portal,
    )
  }
})
