/**
 * The browser does not let the device's own storage be read: said in plain words, never an empty sign-in, and
 * everything is there once it can be read again. SPEC: client/replica/SPEC.md, R39.
 */
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserDevice } from './browser-device.ts'
import { openSection, WAITING } from './filling.ts'
import { expect, readyOffline, signIn, test, unlock } from './portal-test.ts'

const QUESTION = 'In your own words, what brings you here?'

/** Puts a file where the browser's databases of the portal are; returns how to give them back. */
function takeDatabasesAway({ profile }: BrowserDevice): () => void {
  const folder = join(profile, 'Default/IndexedDB')
  const name = readdirSync(folder).find((each) => each.endsWith('.indexeddb.leveldb'))
  if (name === undefined) throw new Error(`no databases in ${folder}`)
  const kept = join(profile, 'kept')
  renameSync(join(folder, name), kept)
  writeFileSync(join(folder, name), '')
  return () => {
    rmSync(join(folder, name), { recursive: true })
    renameSync(kept, join(folder, name))
  }
}

test('[R39] what cannot be read is not gone, and the person is told what to do', async ({
  portal,
  launch,
}) => {
  const device = await launch({ viewport: { width: 360, height: 740 } })
  await signIn(device.page, portal.url, 'client@demo.test')
  await openSection(device.page, 'Initial Intake', 'What brings you here')
  await readyOffline(device.page)
  await portal.stop()
  await device.page.getByLabel(QUESTION).fill('Nobody else has this yet.')
  await expect(device.page.getByText(WAITING).first()).toBeVisible()
  await device.quit()
  const giveBack = takeDatabasesAway(device)

  const page = await device.start()
  await page.goto(portal.url)
  await expect(page.getByRole('heading', { name: 'What is saved here could not be opened' })).toBeVisible()
  await expect(page.getByText(/Nothing was deleted/)).toBeVisible()
  await expect(page.getByLabel('Email')).toHaveCount(0)
  const again = page.getByRole('button', { name: 'Try again' })
  await again.press('Enter')
  await expect(page.getByRole('alert')).toContainText('It still cannot be opened')
  await expect(again).toBeFocused()

  giveBack()
  await again.press('Enter')
  await unlock(page)
  await openSection(page, 'Initial Intake', 'What brings you here')
  await expect(page.getByLabel(QUESTION)).toHaveValue('Nobody else has this yet.')
})
