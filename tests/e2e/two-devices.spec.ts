/** One client, a phone and a tablet, both offline on the same draft. SPEC: shared/merge/SPEC.md. */
import type { Page } from '@playwright/test'
import { answerScale, openForm, openSection, submitPhq9 } from './filling.ts'
import { expect, type PortalUnderTest, signIn, test } from './portal-test.ts'

const REASON = 'In your own words, what brings you here?'

async function bothOffline(portal: PortalUnderTest, pages: readonly Page[]): Promise<void> {
  for (const page of pages) {
    await signIn(page, portal.url, 'client@demo.test')
    await expect(page.getByRole('link', { name: /Initial Intake/ })).toBeVisible()
    await page.context().setOffline(true)
  }
}

for (const order of ['phone first', 'tablet first'] as const)
  test(`both keep everything and show both answers to the contested question, ${order}`, async ({
    portal,
    launch,
  }) => {
    const phone = (await launch({ viewport: { width: 390, height: 844 } })).page
    const tablet = (await launch({ viewport: { width: 820, height: 1180 } })).page
    await bothOffline(portal, [phone, tablet])
    for (const page of [phone, tablet]) await openSection(page, 'Initial Intake', 'About you')
    await phone.getByLabel('Legal first name').fill('Rosa Delgado')
    await phone.getByLabel('Middle name').fill('Maria')
    await tablet.getByLabel('Legal first name').fill('Rosa M. Delgado')
    await tablet.getByLabel('Name you would like us to use').fill('Rosie')
    for (const page of [phone, tablet])
      await expect(page.getByText(/Saved on this device/).first()).toBeVisible()

    const [first, second] = order === 'phone first' ? [phone, tablet] : [tablet, phone]
    await first.context().setOffline(false)
    await expect(first.getByText(/received by the clinic/i).first()).toBeVisible()
    await second.context().setOffline(false)

    for (const page of [phone, tablet]) {
      await expect(page.getByLabel('Middle name')).toHaveValue('Maria')
      await expect(page.getByLabel('Name you would like us to use')).toHaveValue('Rosie')
      const both = page.getByRole('region', { name: 'Two answers: Legal first name' })
      await expect(both).toContainText('Rosa Delgado')
      await expect(both).toContainText('Rosa M. Delgado')
    }
    const winner = await phone.getByLabel('Legal first name').inputValue()
    await expect(tablet.getByLabel('Legal first name')).toHaveValue(winner)
    const other = winner === 'Rosa Delgado' ? 'Rosa M. Delgado' : 'Rosa Delgado'

    // One tap on the phone; both devices agree and the question is settled on both.
    await phone.getByRole('button', { name: `Use ${other}` }).click()
    for (const page of [phone, tablet]) {
      await expect(page.getByLabel('Legal first name')).toHaveValue(other)
      await expect(page.getByRole('region', { name: 'Two answers: Legal first name' })).toHaveCount(0)
    }
  })

test('long text merges by words', async ({ portal, launch }) => {
  const phone = (await launch()).page
  const tablet = (await launch()).page
  await signIn(phone, portal.url, 'client@demo.test')
  await openSection(phone, 'Initial Intake', 'What brings you here')
  await phone.getByLabel(REASON).fill('I sleep badly and I worry a lot about my work.')
  await expect(phone.getByText(/received by the clinic/i).first()).toBeVisible()
  await signIn(tablet, portal.url, 'client@demo.test')
  await openSection(tablet, 'Initial Intake', 'What brings you here')
  await expect(tablet.getByLabel(REASON)).toHaveValue('I sleep badly and I worry a lot about my work.')
  for (const page of [phone, tablet]) await page.context().setOffline(true)
  await phone.getByLabel(REASON).fill('Since May I sleep badly and I worry a lot about my work.')
  await tablet.getByLabel(REASON).fill('I sleep badly and I worry a lot about my work and my mother.')
  for (const page of [phone, tablet]) await page.getByLabel(REASON).blur()
  for (const page of [phone, tablet]) await page.context().setOffline(false)
  for (const page of [phone, tablet])
    await expect(page.getByLabel(REASON)).toHaveValue(
      'Since May I sleep badly and I worry a lot about my work and my mother.',
    )
})

test('submitting on one while the other still edits makes an amendment', async ({ portal, launch }) => {
  const phone = (await launch()).page
  const tablet = (await launch()).page
  await bothOffline(portal, [phone, tablet])
  await openForm(tablet, 'PHQ-9')
  await tablet.getByRole('link', { name: 'Start now' }).click()
  await answerScale(tablet, 'More than half the days')
  await expect(tablet.getByText(/Saved on this device/).first()).toBeVisible()
  await submitPhq9(phone, 'Several days')
  await phone.context().setOffline(false)
  await expect(phone.getByRole('heading', { name: 'Your practice has received your form' })).toBeVisible()
  await tablet.context().setOffline(false)

  for (const page of [phone, tablet]) {
    await page.getByRole('link', { name: 'Forms', exact: true }).click()
    await expect(page.getByText('Correction of a form you handed in')).toBeVisible()
    await expect(page.getByRole('link', { name: /^View: .*PHQ-9/ })).toBeVisible()
  }
})
