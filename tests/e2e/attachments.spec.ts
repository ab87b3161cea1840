/** A photo and a PDF that go with a message: chosen with no network, through a kill and a bad line, byte for byte to staff. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { expect, PASSWORD, readyOffline, signIn, test, unlock } from './portal-test.ts'
import { scanProfile } from './scan-profile.ts'

const WORDS = 'heliotrope-narwhal-5520-lantern'
const PDF_NAME = 'plum-cartography-8814.pdf'

/** As a phone takes it: too large to be sent without a thought. */
const photoOf = (page: Page): Promise<Buffer> =>
  page
    .evaluate(async () => {
      const canvas = new OffscreenCanvas(3_000, 2_000)
      const pixels = new ImageData(3_000, 2_000)
      for (let at = 0; at < pixels.data.length; at += 1) pixels.data[at] = (at * 7919) % 251
      canvas.getContext('2d')?.putImageData(pixels, 0, 0)
      const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })
      let text = ''
      for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte)
      return btoa(text)
    })
    .then((text) => Buffer.from(text, 'base64'))

async function staffAt(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/staff/messages`)
  await page.getByLabel('Email').fill('clinician@demo.test')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function saved(page: Page): Promise<Buffer> {
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save as a file' }).click()
  return readFileSync(await (await download).path())
}

test('a photo and a PDF chosen offline survive a kill, go over a line that breaks, and reach staff byte for byte', async ({
  portal,
  network,
  launch,
}) => {
  const line = await network()
  const device = await launch({ viewport: { width: 360, height: 740 } })
  await signIn(device.page, line.url, 'client@demo.test')
  await expect(device.page.getByRole('heading', { name: /^Hello/ })).toBeVisible()
  await readyOffline(device.page)
  const photo = await photoOf(device.page)
  const pdf = Buffer.concat([Buffer.from(`%PDF-1.7\n${WORDS}`), randomBytes(700_000), Buffer.from(WORDS)])
  await line.cut()

  await device.page.getByRole('link', { name: 'Write to your practice' }).click()
  await device.page.getByLabel('What is it about?').fill('A rash')
  await device.page.getByLabel('Your message').fill('Since Monday. The letter is from my doctor.')
  await device.page.getByLabel('Add a photo or a file').setInputFiles([
    { name: 'arm.jpg', mimeType: 'image/jpeg', buffer: photo },
    { name: PDF_NAME, mimeType: 'application/pdf', buffer: pdf },
    { name: 'tool.exe', mimeType: 'application/x-msdownload', buffer: Buffer.from('MZ') },
  ])
  const files = device.page.getByRole('list', { name: 'Files to send' })
  await expect(files.getByRole('listitem')).toHaveCount(2)
  await expect(files.getByRole('button', { name: /Send a smaller copy/ })).toBeVisible()
  await expect(device.page.getByText('“tool.exe” cannot be sent')).toBeVisible()
  await device.kill()
  const { findings } = scanProfile(device.profile, [WORDS, PDF_NAME])
  expect(findings).toEqual([])

  // What was chosen is there again; the smaller copy was an offer.
  const page = await device.start()
  await page.goto(line.url)
  await unlock(page)
  await expect(page.getByText(PDF_NAME)).toBeVisible()
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'A rash' })).toBeVisible()
  const here = page.getByText('Sealed on this device, waiting to be sent')
  await expect(here).toHaveCount(2)
  await page.getByRole('button', { name: 'Do not send yet: edit it again' }).click()
  await expect(page.getByLabel('Your message')).toHaveValue(/Since Monday/)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(here).toHaveCount(2)

  // A line that carries a part or two, and breaks; then the clinic's server dies.
  line.become({ resetOnTheWay: 0.01 })
  await line.restore()
  await expect(
    page.getByRole('progressbar').or(page.getByText('Received by the clinic')).first(),
  ).toBeVisible()
  await portal.stop()
  await portal.start()
  line.become({})
  await expect(page.getByText('Received by the clinic').first()).toBeVisible({ timeout: 60_000 })

  const staff = (await launch()).page
  await staffAt(staff, portal.url)
  await staff.getByRole('link', { name: /A rash/ }).click()
  await staff.getByRole('link', { name: 'arm.jpg' }).click()
  await expect(staff.getByRole('img', { name: 'arm.jpg' })).toBeVisible()
  expect((await saved(staff)).equals(photo)).toBe(true)
  await staff.getByRole('link', { name: 'Conversation' }).click()
  await staff.getByRole('link', { name: PDF_NAME }).click()
  expect((await saved(staff)).equals(pdf)).toBe(true)

  // An answer with a file, which the client opens; the own one opens with no network.
  await staff.getByRole('link', { name: 'Conversation' }).click()
  await staff.getByLabel('Files (optional)').setInputFiles({
    name: 'cream.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('Twice a day, thinly.'),
  })
  await staff.getByLabel('Your answer').fill('Please use a cream; how is in the file.')
  await staff.getByRole('button', { name: 'Send' }).click()
  await page.getByRole('link', { name: 'cream.txt' }).click()
  await expect(page.getByText('Twice a day, thinly.')).toBeVisible()
  await page.getByRole('link', { name: 'A rash' }).click()
  await line.cut()
  await page.getByRole('link', { name: 'arm.jpg' }).click()
  await expect(page.getByRole('img', { name: 'arm.jpg' })).toBeVisible()
})

test('files go without words, and without the one that the clinic does not take, in one press', async ({
  portal,
  launch,
}) => {
  const { page } = await launch({ viewport: { width: 360, height: 740 } })
  await signIn(page, portal.url, 'client@demo.test')
  await page.getByRole('link', { name: 'Write to your practice' }).click()
  await page.getByLabel('What is it about?').fill('My insurance card')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(page.getByText('Write your message, or add a photo or a file')).toBeVisible()
  await page.getByLabel('Add a photo or a file').setInputFiles([
    { name: 'card.txt', mimeType: 'text/plain', buffer: Buffer.from('Plan 12, member 4821.') },
    { name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('MZ\x90\0 a program') },
  ])
  await expect(page.getByRole('list', { name: 'Files to send' }).getByRole('listitem')).toHaveCount(2)
  await expect(page.getByText('Your message (optional)')).toBeVisible()
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(page.getByText('The clinic does not take this file')).toBeVisible()
  await page.goto(`${portal.url}/sync`)
  await unlock(page)
  const refused = page.getByRole('region', { name: 'Message: My insurance card' })
  await expect(refused.getByText(/does not take this file: letter.txt/)).toBeVisible()
  await refused.getByRole('link', { name: 'Open the conversation' }).click()
  await page.getByRole('button', { name: 'Send without this file' }).click()
  const messages = page.getByRole('list', { name: 'Messages of this conversation' })
  await expect(messages.getByText('Received by the clinic')).toBeVisible()
  await expect(messages.getByText('letter.txt')).toHaveCount(0)
  await expect(messages.getByRole('link', { name: 'card.txt' })).toHaveCount(1)

  const staff = (await launch()).page
  await staffAt(staff, portal.url)
  await expect(staff.getByRole('link', { name: /My insurance card.*card\.txt/ })).toBeVisible()
  await staff.getByRole('link', { name: /My insurance card/ }).click()
  await staff.getByRole('link', { name: 'card.txt' }).click()
  await expect(staff.getByText('Plan 12, member 4821.')).toBeVisible()
})
