/** One person, one browser, the same form open twice. */
import { answerScale, openForm, openForms, openSection, RECEIVED } from './filling.ts'
import { expect, signIn, test, unlock } from './portal-test.ts'

test('submitting the same answers from two tabs hands them in once', async ({ portal, launch }) => {
  const device = await launch()
  const one = device.page
  await signIn(one, portal.url, 'client@demo.test')
  await openForm(one, 'GAD-7')
  await one.getByRole('link', { name: 'Start now' }).click()
  await answerScale(one, 'Several days')
  await one.getByRole('button', { name: 'Continue' }).click()
  await expect(one.getByRole('heading', { name: 'Check your answers' })).toBeVisible()
  const two = await device.context.newPage()
  await two.goto(one.url())
  await unlock(two)
  await expect(two.getByRole('heading', { name: 'Check your answers' })).toBeVisible()
  await Promise.all([one, two].map((page) => page.getByRole('button', { name: 'Submit' }).click()))
  for (const page of [one, two])
    await expect(page.getByRole('heading', { name: 'Your practice has received your form' })).toBeVisible()
  await openForms(one)
  await expect(one.getByRole('link', { name: /^View: .*GAD-7/ })).toHaveCount(1)
})

test('typing in two tabs keeps the words of both', async ({ portal, launch }) => {
  const device = await launch()
  const one = device.page
  const question = 'In your own words, what brings you here?'
  await signIn(one, portal.url, 'client@demo.test')
  await openSection(one, 'Initial Intake', 'What brings you here')
  await one.getByLabel(question).fill('I sleep badly.')
  await expect(one.getByText(RECEIVED).first()).toBeVisible()
  const two = await device.context.newPage()
  await two.goto(one.url())
  await unlock(two)
  await expect(two.getByLabel(question)).toHaveValue('I sleep badly.')
  // At the caret: filling in the whole text would take away what the other tab had written before it.
  await one.getByLabel(question).press('Control+End')
  await two.getByLabel(question).press('Control+Home')
  await Promise.all([one.keyboard.insertText(' And I worry.'), two.keyboard.insertText('Since May ')])
  for (const page of [one, two])
    await expect(page.getByLabel(question)).toHaveValue('Since May I sleep badly. And I worry.')
})
