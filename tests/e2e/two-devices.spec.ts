/** One client, a phone and a tablet, both offline on the same draft. SPEC: shared/merge/SPEC.md. */
import type { Page } from '@playwright/test'
import type { Network } from '../harness/network.ts'
import { answerScale, openForm, openForms, openSection, RECEIVED, submitPhq9, WAITING } from './filling.ts'
import { expect, readyOffline, signIn, test } from './portal-test.ts'

const PHONE = { width: 390, height: 844 }
const TABLET = { width: 820, height: 1180 }
const REASON = 'In your own words, what brings you here?'

/** The person's own network goes: connections die, and the browser says so. */
async function goOffline({ page, network }: Connected): Promise<void> {
  await network.cut()
  await page.context().setOffline(true)
}

async function goOnline({ page, network }: Connected): Promise<void> {
  await network.restore()
  await page.context().setOffline(false)
}

interface Connected {
  readonly page: Page
  readonly network: Network
}

/** A device with a network of its own, signed in and brought up to date. */
async function signedIn(page: Page, network: Network): Promise<Connected> {
  await signIn(page, network.url, 'client@demo.test')
  await expect(page.getByRole('link', { name: /Initial Intake/ })).toBeVisible()
  await readyOffline(page)
  return { page, network }
}

for (const order of ['phone first', 'tablet first'] as const)
  test(`both keep everything and show both answers to the contested question, ${order}`, async ({
    launch,
    network,
  }) => {
    const phone = await signedIn((await launch({ viewport: PHONE })).page, await network())
    const tablet = await signedIn((await launch({ viewport: TABLET })).page, await network())
    const both = [phone, tablet]
    for (const device of both) await goOffline(device)
    for (const { page } of both) await openSection(page, 'Initial Intake', 'About you')
    await phone.page.getByLabel('Legal first name').fill('Rosa')
    await phone.page.getByLabel('Middle name').fill('Maria')
    await tablet.page.getByLabel('Legal first name').fill('Rosalind')
    await tablet.page.getByLabel('Name you would like us to use').fill('Rosie')
    for (const { page } of both) await expect(page.getByText(WAITING).first()).toBeVisible()

    const [first, second] = order === 'phone first' ? [phone, tablet] : [tablet, phone]
    await goOnline(first)
    await expect(first.page.getByText(RECEIVED).first()).toBeVisible()
    await goOnline(second)

    for (const { page } of both) {
      await expect(page.getByLabel('Middle name')).toHaveValue('Maria')
      await expect(page.getByLabel('Name you would like us to use')).toHaveValue('Rosie')
      const answers = page.getByRole('region', { name: 'Two answers from your devices' })
      await expect(answers.getByText('Rosa', { exact: true })).toBeVisible()
      await expect(answers.getByText('Rosalind', { exact: true })).toBeVisible()
    }
    const winner = await phone.page.getByLabel('Legal first name').inputValue()
    await expect(tablet.page.getByLabel('Legal first name')).toHaveValue(winner)
    const other = winner === 'Rosa' ? 'Rosalind' : 'Rosa'

    // One tap on the phone; both devices agree and the question is settled on both.
    await phone.page.getByRole('button', { name: `Use ${other}`, exact: true }).click()
    for (const { page } of both) {
      await expect(page.getByLabel('Legal first name')).toHaveValue(other)
      await expect(page.getByRole('region', { name: 'Two answers from your devices' })).toHaveCount(0)
    }
  })

test('long text merges by words', async ({ launch, network }) => {
  const phone = await signedIn((await launch()).page, await network())
  await openSection(phone.page, 'Initial Intake', 'What brings you here')
  await phone.page.getByLabel(REASON).fill('I sleep badly and I worry a lot about my work.')
  await expect(phone.page.getByText(RECEIVED).first()).toBeVisible()
  const tablet = await signedIn((await launch()).page, await network())
  await openSection(tablet.page, 'Initial Intake', 'What brings you here')
  await expect(tablet.page.getByLabel(REASON)).toHaveValue('I sleep badly and I worry a lot about my work.')
  const both = [phone, tablet]
  for (const device of both) await goOffline(device)
  await phone.page.getByLabel(REASON).fill('Since May I sleep badly and I worry a lot about my work.')
  await tablet.page.getByLabel(REASON).fill('I sleep badly and I worry a lot about my work and my mother.')
  for (const { page } of both) await expect(page.getByText(WAITING).first()).toBeVisible()
  for (const device of both) await goOnline(device)
  for (const { page } of both)
    await expect(page.getByLabel(REASON)).toHaveValue(
      'Since May I sleep badly and I worry a lot about my work and my mother.',
    )
})

test('submitting on one while the other still edits makes an amendment', async ({ launch, network }) => {
  const phone = await signedIn((await launch()).page, await network())
  const tablet = await signedIn((await launch()).page, await network())
  for (const device of [phone, tablet]) await goOffline(device)
  await openForm(tablet.page, 'PHQ-9')
  await tablet.page.getByRole('link', { name: 'Start now' }).click()
  await answerScale(tablet.page, 'More than half the days')
  await expect(tablet.page.getByText(WAITING).first()).toBeVisible()
  await submitPhq9(phone.page, 'Several days')
  await goOnline(phone)
  await expect(
    phone.page.getByRole('heading', { name: 'Your practice has received your form' }),
  ).toBeVisible()
  await goOnline(tablet)

  for (const { page } of [phone, tablet]) {
    await openForms(page)
    await expect(page.getByText('Correction of a form you handed in')).toBeVisible()
    await expect(page.getByRole('link', { name: /^View: .*PHQ-9/ })).toBeVisible()
  }
})
