/** The end of a record in the staff console: closed, kept, erased; and what the client's own device does about it. */

import { signIn as signInAt } from '../harness/sign-in.ts'
import { expect, readyOffline, signIn, test, unlock } from './portal-test.ts'

test('[A12] [A13] an admin closes a record and erases it; the client’s device is emptied at its next contact', async ({
  portal,
  launch,
}) => {
  const client = await launch()
  await signIn(client.page, portal.url, 'client2@demo.test')
  await expect(client.page.getByRole('heading', { name: /^Hello/ })).toBeVisible()
  await readyOffline(client.page)
  const { clientId, account } = await signInAt(portal.url, 'client2@demo.test')

  const { page } = await launch()
  await signIn(page, `${portal.url}/staff`, 'admin@demo.test')
  await expect(page.getByRole('heading', { level: 1, name: 'Audit trail' })).toBeVisible()
  await page.goto(`${portal.url}/staff/clients/${clientId}/devices`)
  await page.getByRole('link', { name: 'Close this record' }).click()
  await page.getByLabel('Reason').fill('Moved to another practice')
  await page.getByLabel('Year').fill('2020')
  await page.getByRole('button', { name: 'Close the record' }).click()
  await expect(page.getByText('This is not a day of the calendar.')).toBeVisible()
  await expect(page.getByText('Type the name on the record.')).toBeVisible()
  await page.getByLabel('Month').fill('3')
  await page.getByLabel('Day').fill('27')
  await page.getByLabel('Year').fill('2999')
  await page.getByLabel('Name on the record, to be sure').fill('Somebody Else')
  await page.getByRole('button', { name: 'Close the record' }).click()
  await expect(page.getByText('That is not the name on this record. Nothing was changed.')).toBeVisible()
  await page.getByLabel('Name on the record, to be sure').fill(account.name)
  await page.getByRole('button', { name: 'Close the record' }).click()

  await expect(page.getByText(/This record must be kept until March 27, 2999/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Erase for good' })).toHaveCount(0)
  const keep = page.getByRole('region', { name: 'Change how long it is kept' })
  await keep.getByLabel('Reason').fill('Another law')
  await keep.getByRole('button', { name: 'Save' }).click()
  const erase = page.getByRole('region', { name: 'Erase this record' })
  await erase.getByLabel('Reason').fill('The client asked for it')
  await erase.getByLabel('Name on the record').fill(account.name)
  await erase.getByRole('button', { name: 'Erase for good' }).click()
  await expect(page.getByText('Nothing of it can be opened any more')).toBeVisible()
  await page.reload()
  await expect(page.getByText('This does not exist, or is not yours to see.')).toBeVisible()

  // Its session is over as well, and nothing begins another: it learns of the end all the same.
  await client.page.context().clearCookies()
  await client.page.reload()
  if (await client.page.getByRole('button', { name: 'Unlock' }).isVisible()) await unlock(client.page)
  await expect(client.page.getByLabel('Email')).toBeVisible()
  await expect(client.page.getByRole('heading', { name: /^Hello/ })).toHaveCount(0)
})
