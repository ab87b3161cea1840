/** Profile and first page offline: preferences of two devices meet, a correction reaches the practice, the language is worn at once. */
import { expect, readyOffline, signIn, test, unlock } from './portal-test.ts'

test('preferences, a correction and the look of the portal work offline and on the other device', async ({
  portal,
  launch,
  network,
}) => {
  const line = await network()
  const phone = await launch({ viewport: { width: 360, height: 740 } })
  await signIn(phone.page, line.url, 'client@demo.test')
  const home = phone.page.getByRole('heading', { level: 1, name: 'Hello, Alex' })
  await expect(home).toBeVisible()
  await expect(phone.page.getByRole('region', { name: 'Balance' })).toContainText('$65.00')
  await expect(phone.page.getByRole('region', { name: 'Refills' })).toContainText('Sent to the pharmacy')
  await readyOffline(phone.page)
  await line.cut()

  const toProfile = async () => {
    await phone.page.getByRole('navigation').getByRole('link', { name: 'Account' }).click()
    await phone.page.getByRole('link', { name: 'Profile and notifications' }).click()
  }
  await toProfile()
  await expect(phone.page.getByText('27 Chandler Lane, Portland, ME 04101')).toBeVisible()
  await expect(phone.page.getByRole('checkbox', { name: 'Security of your account: Email' })).toBeDisabled()
  await phone.page.getByRole('checkbox', { name: 'Refills: Text' }).check()
  await phone.page.getByRole('link', { name: 'Ask for a correction' }).click()
  await phone.page.getByRole('radio', { name: 'Address' }).check()
  await phone.page.getByLabel('What should it be?').fill('28 Chandler Lane')
  await phone.page.getByRole('button', { name: 'Send the request' }).click()
  await expect(phone.page.getByText('Address: 28 Chandler Lane')).toBeVisible()

  // The look is there before the device is unlocked, too.
  await toProfile()
  await phone.page.getByRole('radio', { name: 'Largest' }).check()
  await phone.page.getByRole('radio', { name: 'More contrast' }).check()
  const root = phone.page.locator('html')
  await expect(root).toHaveAttribute('data-text-size', 'largest')
  await phone.page.reload()
  await expect(root).toHaveAttribute('data-contrast', 'more')
  await unlock(phone.page)
  await expect(phone.page.getByRole('radio', { name: 'Largest' })).toBeChecked()
  // Chosen once the preference is sealed and the words are there.
  await phone.page.getByRole('radio', { name: 'Español' }).click()
  await expect(root).toHaveAttribute('lang', 'es')
  await line.restore()

  // The other device wears it as soon as it hears of it, and the practice has the correction.
  const laptop = await launch({ viewport: { width: 1280, height: 800 } })
  await signIn(laptop.page, portal.url, 'client@demo.test')
  await expect(laptop.page.locator('html')).toHaveAttribute('lang', 'es')
  await expect(laptop.page.locator('html')).toHaveAttribute('data-text-size', 'largest')
  await expect(laptop.page.getByRole('heading', { level: 1, name: 'Hola, Alex' })).toBeVisible()
  const desk = await launch({ viewport: { width: 1280, height: 800 } })
  await signIn(desk.page, `${portal.url}/staff/messages`, 'clinician@demo.test')
  await expect(desk.page.getByText(/Address: 28 Chandler Lane/)).toBeVisible()
})
