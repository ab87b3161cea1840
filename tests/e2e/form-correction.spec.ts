/** A form twice: what is known is offered, the clinician asks for more, the client adds it, and scores show over time. */
import { openForm, openForms, submitFromCheck, submitPhq9 } from './filling.ts'
import { overflow } from './looking.ts'
import { expect, PASSWORD, signIn, test } from './portal-test.ts'

test('a clinician asks for more, and the client adds to the answers', async ({ portal, launch }) => {
  const client = (await launch({ viewport: { width: 390, height: 844 } })).page
  await signIn(client, portal.url, 'client@demo.test')
  await submitPhq9(client, 'Several days')
  await expect(client.getByRole('heading', { name: 'Your practice has received your form' })).toBeVisible()

  const staff = (await launch()).page
  await staff.goto(`${portal.url}/staff`)
  await staff.getByLabel('Email').fill('clinician@demo.test')
  await staff.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await staff.getByRole('button', { name: 'Sign in' }).click()
  await staff.getByRole('link', { name: /PHQ-9/ }).first().click()
  await staff.getByText('Ask the client for more').click()
  await staff.getByLabel('What would you like to know?').fill('Is that since the summer?')
  await staff.getByLabel('Feeling tired or having little energy', { exact: true }).check()
  await staff.getByRole('button', { name: 'Send it back' }).click()
  await expect(staff.getByText('You asked the client for more:')).toBeVisible()

  await client.getByRole('link', { name: 'See your answers' }).click()
  const asked = client.getByRole('region', { name: 'Your practice asks for more' })
  await expect(asked.getByText('Is that since the summer?')).toBeVisible()
  await asked.getByRole('link', { name: 'Add to your answers' }).click()
  await client.getByRole('link', { name: 'Feeling tired or having little energy' }).click()
  const tired = client.getByRole('radiogroup', { name: 'Feeling tired or having little energy' })
  await expect(tired.getByRole('radio', { name: 'Several days' })).toBeChecked()
  await tired.getByRole('radio', { name: 'Nearly every day' }).check()
  await client.getByRole('button', { name: 'Continue' }).click()
  await submitFromCheck(client)
  await expect(client.getByRole('heading', { name: 'Your practice has received your form' })).toBeVisible()

  await staff.getByRole('link', { name: 'Inbox' }).first().click()
  await staff.getByRole('link', { name: /PHQ-9/ }).first().click()
  // Eight at the first time.
  await expect(staff.getByText(/2 more than on .* \(8\)/)).toBeVisible()
  await expect(staff.getByText('Last time: Several days')).toHaveCount(1)
  await staff.getByRole('link', { name: 'Forms of this client' }).click()
  await staff.getByLabel('Form', { exact: true }).selectOption({ label: 'Annual Update' })
  await staff.getByRole('button', { name: 'Ask for it' }).click()

  await openForms(client)
  await client.getByRole('link', { name: 'Your scores over time' }).click()
  await expect(client.getByRole('table', { name: 'PHQ-9' }).getByRole('row')).toHaveCount(3)
  // Drawn for a small phone as large as for a screen.
  await client.setViewportSize({ width: 320, height: 640 })
  const number = client
    .getByRole('img', { name: /^PHQ-9/ })
    .locator('text')
    .first()
  await expect.poll(async () => (await number.boundingBox())?.height).toBeGreaterThan(13)
  expect(await overflow(client)).toEqual([])
  await openForm(client, 'Annual Update')
  await client.getByRole('link', { name: 'Start now' }).click()
  const mail = client.getByRole('textbox', { name: /^Email address/ })
  await expect(mail).toHaveValue('')
  const offered = client.getByText('Your practice has: client@demo.test')
  await expect(offered).toBeVisible()
  await offered.locator('..').getByRole('button', { name: 'Still right, use it' }).click()
  await expect(mail).toHaveValue('client@demo.test')
})
