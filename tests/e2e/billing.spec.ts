/** Bills from the phone to the payment service and back: read offline, paid in part through the bank, seen elsewhere, adjusted and paid back by the office. */
import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { signIn as signInOverRest } from '../harness/sign-in.ts'
import { expect, PASSWORD, readyOffline, signIn, test, unlock } from './portal-test.ts'

const openBilling = (page: Page) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Billing' }).click()
const left = (page: Page) => page.getByRole('region', { name: 'Left to pay' })

/** On the page of the payment service. */
async function payBy(page: Page, card: string) {
  await page.getByLabel('Card number').fill(card)
  await page.getByLabel('Expires').fill('12/34')
  await page.getByLabel('Security code').fill('123')
  await page.getByRole('button', { name: /^Pay/ }).click()
}

test('a bill is read offline, paid in part through the bank, and its receipt is there again offline and elsewhere', async ({
  portal,
  launch,
  network,
}) => {
  const line = await network()
  const phone = await launch({ viewport: { width: 360, height: 740 } })
  const { page } = phone
  await signIn(page, line.url, 'client@demo.test')
  await page.getByRole('link', { name: 'See bills and pay' }).click()
  await expect(left(page)).toContainText('$65.00')
  await readyOffline(page)
  await line.cut()
  await page.getByRole('link', { name: /Statement ST-1042/ }).click()
  await expect(page.getByRole('cell', { name: 'Paid by your insurance' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Print' })).toBeVisible()
  await page.getByRole('link', { name: 'Pay this statement' }).click()
  await expect(page.getByText('Paying needs the network, and there is none now.')).toBeVisible()
  await expect(page.getByRole('button', { name: /pay \$/ })).toHaveCount(0)

  await line.restore()
  await expect(page.getByText('This is a demo: no real money moves.')).toBeVisible()
  const amount = page.getByLabel('Amount for statement ST-1042')
  await amount.fill('40.01')
  await page.getByRole('button', { name: 'Go on to pay $40.01' }).click()
  await expect(page.getByText('At most $40.00 is left to pay').first()).toBeVisible()
  await amount.fill('15')
  await page.getByRole('button', { name: 'Go on to pay $15.00' }).click()
  await expect(page.getByText('No real money moves, and no real card is taken')).toBeVisible()
  await payBy(page, '4000 0000 0000 0002')
  await expect(page.getByRole('alert')).toContainText('declined')
  await page.getByLabel('Save this card for the next time').check()
  await payBy(page, '4000 0027 6000 3184')
  await page.getByRole('button', { name: 'Yes, pay' }).click()
  await unlock(page)
  await expect(page.getByRole('heading', { level: 1, name: 'Receipt' })).toBeVisible()
  await expect(page.getByText('Visa ···· 3184')).toBeVisible()
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save as a PDF' }).click()
  expect((await saved).suggestedFilename()).toMatch(/^Receipt R-.+\.pdf$/)

  // Elsewhere, with the card that was saved: the rest of it, in one press and the bank's question.
  const laptop = await launch({ viewport: { width: 1280, height: 800 } })
  await signIn(laptop.page, portal.url, 'client@demo.test')
  await openBilling(laptop.page)
  await expect(left(laptop.page)).toContainText('$50.00')
  await laptop.page.getByRole('link', { name: 'Pay', exact: true }).click()
  await expect(laptop.page.getByRole('radio', { name: /Visa ···· 3184/ })).toBeChecked()
  await laptop.page.getByRole('button', { name: 'Pay $50.00 now' }).click()
  await laptop.page.getByRole('button', { name: 'Yes, pay' }).click()
  await unlock(laptop.page)
  await expect(laptop.page.getByText('Thank you. It was paid.')).toBeVisible()
  await line.cut()
  await page.getByRole('link', { name: 'Billing' }).first().click()
  await expect(left(page)).toContainText('Nothing to pay')
})

test('the office adjusts a statement and pays back, and the client sees both', async ({ portal, launch }) => {
  const client = await launch({ viewport: { width: 820, height: 1180 } })
  await signIn(client.page, portal.url, 'client@demo.test')
  await openBilling(client.page)
  await client.page.getByRole('link', { name: /Statement ST-1042/ }).click()
  await client.page.getByRole('link', { name: 'Pay this statement' }).click()
  await client.page.getByRole('button', { name: 'Go on to pay $40.00' }).click()
  await payBy(client.page, '4242 4242 4242 4242')
  await unlock(client.page)
  await expect(client.page.getByText('Thank you. It was paid.')).toBeVisible()

  const desk = await launch({ viewport: { width: 1280, height: 800 } })
  const { page } = desk
  await signIn(page, `${portal.url}/staff/clients`, 'desk@demo.test')
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Alex Rivera' })
    .getByRole('link', { name: 'Account' })
    .click()
  await expect(page.getByRole('heading', { level: 1, name: 'Account of Alex Rivera' })).toBeVisible()
  await page
    .getByRole('listitem')
    .filter({ hasText: 'ST-1051' })
    .getByRole('button', { name: 'Adjust' })
    .click()
  await page.getByLabel('Take off').fill('5')
  await page.getByRole('button', { name: 'Adjust the statement' }).click()
  await expect(page.getByText('Say why: the client reads it')).toBeVisible()
  await page.getByLabel('Reason').fill('Courtesy')
  await page.getByRole('button', { name: 'Adjust the statement' }).click()
  await expect(page.getByText('$20.00 left')).toBeVisible()
  await page
    .getByRole('region', { name: 'Payments' })
    .getByRole('button', { name: 'Pay back' })
    .first()
    .click()
  await page.getByLabel('Pay back to the card').fill('10')
  await page.getByRole('button', { name: 'Pay it back' }).click()
  await expect(page.getByText('$10.00 paid back')).toBeVisible()
  await expect(page.getByText('$30.00').first()).toBeVisible()

  await expect(client.page.getByText('Paid, and partly paid back')).toBeVisible()
  await client.page.getByRole('link', { name: 'Billing' }).first().click()
  await expect(left(client.page)).toContainText('$30.00')
  await client.page.getByRole('link', { name: /Statement ST-1051/ }).click()
  await expect(client.page.getByText('Changed by the practice: Courtesy')).toBeVisible()
})

test('a payment that the bank takes back is shown to the office, and the desk writes down what it took in cash', async ({
  portal,
  launch,
}) => {
  const client = await launch({ viewport: { width: 360, height: 780 } })
  await signIn(client.page, portal.url, 'client@demo.test')
  await client.page.getByRole('link', { name: 'See bills and pay' }).click()
  await client.page.getByRole('link', { name: /Statement ST-1042/ }).click()
  await client.page.getByRole('link', { name: 'Pay this statement' }).click()
  await client.page.getByRole('button', { name: 'Go on to pay $40.00' }).click()
  await payBy(client.page, '4000 0000 0000 0259')
  await unlock(client.page)
  await expect(client.page.getByText('The bank of whoever paid has taken this payment back')).toBeVisible()

  const { page } = await launch({ viewport: { width: 1280, height: 800 } })
  await signIn(page, `${portal.url}/staff/clients`, 'desk@demo.test')
  await page.getByRole('link', { name: /Alex Rivera: \$40.00, paid on/ }).click()
  await expect(page.getByText('the payer’s bank took $40.00 back. It is not decided.')).toBeVisible()
  await expect(page.getByText(/Answer at the payment service until/)).toBeVisible()
  const statement = page.getByRole('listitem').filter({ hasText: 'ST-1042' })
  await statement.getByRole('button', { name: 'Write down a payment' }).click()
  await page.getByRole('radio', { name: 'Paper check' }).check()
  await page.getByLabel('Taken').fill('15')
  await page.getByLabel(/Reference/).fill('1042')
  await page.getByRole('button', { name: 'Write it down' }).click()
  await expect(statement.getByText('$25.00 left')).toBeVisible()
  await expect(page.getByText(/Paper check 1042 · R-/)).toBeVisible()

  await client.page.getByRole('link', { name: 'Billing' }).first().click()
  await expect(left(client.page)).toContainText('$50.00')
  await client.page.getByRole('link', { name: /Paper check 1042/ }).click()
  await expect(client.page.getByText('Thank you. It was paid.')).toBeVisible()
})

test('a statement in Spanish stays within its card on a tablet, and its amounts are written as the field has them', async ({
  portal,
  launch,
}) => {
  const { page } = await launch({ viewport: { width: 820, height: 1180 } })
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'languages', { get: () => ['es-US'] })
  })
  await page.goto(portal.url)
  await page.getByLabel('Correo electrónico').fill('client@demo.test')
  await page.getByLabel('Contraseña', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Iniciar sesión' }).click()
  await page.getByRole('link', { name: /facturas/ }).click()
  await expect(page.getByText('$65.00')).toBeVisible()
  await page.getByRole('link', { name: /ST-1042/ }).click()
  const lines = page.getByRole('table')
  await expect(lines).toContainText('-$80.00')
  const outside = await lines.evaluate((table) => {
    const card = table.closest('section')
    if (card === null) throw new Error('the lines are in no card')
    const end = card.getBoundingClientRect().right - Number.parseFloat(getComputedStyle(card).paddingRight)
    return [...table.querySelectorAll('*')].filter((each) => each.getBoundingClientRect().right > end + 1)
      .length
  })
  expect(outside).toBe(0)
  await page.getByRole('link', { name: /^Pagar/ }).click()
  await expect(page.getByLabel('Importe del estado de cuenta ST-1042')).toHaveValue('40.00')
  await expect(page.getByRole('button', { name: 'Continuar para pagar $40.00' })).toBeVisible()
})

test('the office reads a long ledger back to its first entry with the keyboard', async ({
  portal,
  launch,
}) => {
  const desk = await signInOverRest(portal.url, 'desk@demo.test')
  const { clientId } = await signInOverRest(portal.url, 'client@demo.test')
  const account = `/api/v1/staff/clients/${clientId}/billing`
  const [statement] = (await desk.fetch(account)).body.statements as { id: string }[]
  for (let times = 0; times < 110; times += 1) {
    const body = { statementId: statement?.id, amount: times % 2 === 0 ? 100 : -100, reason: 'Counted anew' }
    const headers = { 'idempotency-key': randomUUID() }
    await desk.fetch(`${account}/adjustments`, { method: 'POST', headers, body })
  }
  const { page } = await launch({ viewport: { width: 360, height: 740 } })
  await signIn(page, `${portal.url}/staff/clients/${clientId}/billing`, 'desk@demo.test')
  const entries = page.getByRole('region', { name: 'Ledger' }).getByRole('listitem')
  await expect(entries).toHaveCount(100)
  await page.getByRole('button', { name: 'Show more' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Show more' })).toHaveCount(0)
  // Where it went on: what was pressed is gone.
  await expect(entries.nth(100)).toBeFocused()
  await expect(entries.filter({ hasText: 'Charge' })).toHaveCount(3)
})
