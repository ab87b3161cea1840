/** What clinicians, the front desk and admins meet. */
import type { Locator, Page } from '@playwright/test'
import { signIn as signInAt } from '../harness/sign-in.ts'
import { expect, type PortalUnderTest, signIn } from './portal-test.ts'
import { heading, type Look, PHQ9, type Walk } from './walk.ts'

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

/** Needs a submission: the client's walk comes first. */
export const asStaff: Walk = async (page, look, portal) => {
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

export const asAdmin: Walk = async (page, look, portal) => {
  await signIn(page, `${portal.url}/staff`, 'admin@demo.test')
  const signedIn = page.getByRole('listitem').filter({ hasText: 'Signed in' }).first()
  await expect(signedIn).toBeVisible()
  await look('audit trail')
  await signedIn.locator('summary').click()
  await expect(signedIn.getByText('Place in the chain')).toBeVisible()
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
export const asDesk: Walk = async (page, look, portal) => {
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
export const asClinician: Walk = async (page, look, portal) => {
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
