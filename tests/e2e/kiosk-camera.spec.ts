/** Codes of a tablet, held in front of its camera instead of typed. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { writeCameraPicture } from './camera-picture.ts'
import { expect, test } from './portal-test.ts'
import { ALEX, confirmBirthday, frontDesk, holdsPackages } from './waiting-room.ts'

const TABLET = { width: 820, height: 1180 }
const useCamera = (page: Page) => page.getByRole('button', { name: 'Use the camera' }).click()

/** Whether the browser lets this page have a camera at all. */
const mayUseCamera = (page: Page): Promise<boolean> =>
  page.evaluate(() =>
    (
      document as unknown as { featurePolicy: { allowsFeature(name: string): boolean } }
    ).featurePolicy.allowsFeature('camera'),
  )
/** Every camera that a page had, and whether it still runs. */
async function watchTracks(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.addInitScript(() => {
    const tracks: MediaStreamTrack[] = []
    Object.assign(window, { tracks })
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await ask(wanted)
      tracks.push(...stream.getTracks())
      return stream
    }
  })
  return () =>
    page.evaluate(() =>
      (window as unknown as { tracks: MediaStreamTrack[] }).tracks.map(({ readyState }) => readyState),
    )
}

test('[K16] a tablet is added, and with no network a visit begun, by pictures in front of its camera', async ({
  portal,
  launch,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'portal-camera-'))
  const film = join(folder, 'film.y4m')
  const desk = await frontDesk(portal.url)
  const { id, code } = await desk.addTablet('Window')
  const address = `${portal.url}/kiosk#enrol=${code}`
  writeCameraPicture(film, address)
  const { page } = await launch({ viewport: TABLET, camera: film })
  const tracks = await watchTracks(page)
  // As the server sends the pages, and then as they lie on the device.
  await page.goto(`${portal.url}/kiosk`)
  expect(await mayUseCamera(page)).toBe(true)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await page.goto(`${portal.url}/sign-in`)
  expect(await mayUseCamera(page)).toBe(false)
  await page.goto(`${portal.url}/kiosk`)
  expect(await mayUseCamera(page)).toBe(true)
  await useCamera(page)
  await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible()
  expect(await tracks()).toEqual(['ended'])

  const visit = await desk.arm(id, ['phq-9'])
  await holdsPackages(page, 1)
  await portal.stop()
  // Of the portal there is nothing here any more.
  await page.goto(`${portal.url}/sign-in`)
  await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible()
  expect(new URL(page.url()).pathname).toBe('/kiosk')
  // Another picture is none: it is no wrong code either.
  writeCameraPicture(film, address)
  await page.getByRole('button', { name: 'Continue' }).click()
  await useCamera(page)
  await expect(page.getByText('This is another picture.')).toBeVisible()
  await page.getByRole('button', { name: 'Type the code' }).click()
  await expect(page.getByLabel('Code')).toBeVisible()
  await expect.poll(tracks).toEqual(['ended'])
  writeCameraPicture(film, visit.code)
  await useCamera(page)
  await confirmBirthday(page, ALEX.birthday)
  await expect(page.getByRole('heading', { name: 'Your forms' })).toBeVisible()
  expect(await tracks()).toEqual(['ended', 'ended'])
  rmSync(folder, { recursive: true })
})

test('[K16] where there is no camera, the code is typed', async ({ portal, launch }) => {
  const { page } = await launch({ viewport: TABLET })
  await page.goto(`${portal.url}/kiosk`)
  await useCamera(page)
  await expect(page.getByRole('alert')).toContainText('Type the code instead.')
  await page.getByRole('button', { name: 'Type the code' }).click()
  await expect(page.getByLabel('Code')).toBeVisible()
})
