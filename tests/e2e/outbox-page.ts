/** The mails of the demo, as a person reads them: in another tab, at /demo/outbox. */
import { expect, type Page } from '@playwright/test'

export interface OutboxMail {
  readonly text: string
  readonly code: string
  readonly link: string
}

/** The newest mail to an address with this subject; waits until it is there. */
export async function readMail(page: Page, url: string, to: string, subject: string): Promise<OutboxMail> {
  const tab = await page.context().newPage()
  const line = tab
    .getByRole('link')
    .filter({ hasText: subject })
    .filter({ hasText: `To ${to}` })
    .first()
  await expect(async () => {
    await tab.goto(`${url}/demo/outbox`)
    await expect(line).toBeVisible({ timeout: 500 })
  }).toPass()
  await line.click()
  const text = (await tab.getByRole('article').textContent()) ?? ''
  await tab.close()
  return {
    text,
    code: /\b(\d{3}) (\d{3})\b/.exec(text)?.slice(1).join(' ') ?? '',
    link: /https?:\S+/.exec(text)?.[0] ?? '',
  }
}
