/** A form that asks for a photo, on a tablet that takes none. */
import { signIn } from '../harness/sign-in.ts'
import { expect, test } from './portal-test.ts'
import { enrol, frontDesk, holdsPackages, identify } from './waiting-room.ts'

test('[K3] where a photo is asked for, the tablet says how it is added at home, and the rest is there', async ({
  portal,
  launch,
}) => {
  const desk = await frontDesk(portal.url)
  const { id, code } = await desk.addTablet('Window')
  const { page } = await launch({ viewport: { width: 820, height: 1180 } })
  await enrol(page, portal.url, code)
  const visit = await desk.arm(id, ['a-bit-of-everything'])
  await holdsPackages(page, 1)
  await identify(page, visit.code)
  await page.getByRole('link', { name: /A bit of everything/ }).click()
  await page.getByRole('link', { name: /^Photos and files/ }).click()
  const photo = page.getByRole('group', { name: /^A photo or a file/ })
  await expect(photo).toContainText('you can add them later at home')
  await expect(page.getByRole('group', { name: /^Several photos/ })).toContainText('later at home')
  await expect(page.locator('input[type=file]')).toHaveCount(0)
  await page.getByRole('link', { name: 'All sections' }).click()
  await page.getByRole('link', { name: /^Words and numbers/ }).click()
  await page.getByLabel('A short text').fill('typed in the waiting room')
  await expect(page.getByText(/Saved on this device/).first()).toBeVisible()
  await page.getByRole('button', { name: 'I need help' }).click()
  await page.getByRole('button', { name: 'Stop here' }).click()
  await expect(page.getByText('Please return the tablet to the front desk.')).toBeVisible()
  // At home it is the same form, as far as it came.
  const client = await signIn(portal.url, 'client@demo.test')
  const { body } = await client.fetch('/api/v1/portal/forms')
  const drafts = body.items as { id: string; formKey: string }[]
  const draft = drafts.find(({ formKey }) => formKey === 'a-bit-of-everything')
  const typed = async () => {
    const { draft: now } = (await client.fetch(`/api/v1/portal/forms/${draft?.id}`)).body
    const { status, answers } = now as { status: string; answers: Record<string, unknown> }
    return [status, answers.nickname]
  }
  await expect.poll(typed, { timeout: 30_000 }).toEqual(['draft', 'typed in the waiting room'])
})
