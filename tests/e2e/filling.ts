/** How a person fills the demo practice's forms: by what is on the screen, never by ids. */
import { expect, type Page } from '@playwright/test'

/** Every question of a scale, with the same answer; `last` overrides the ninth. */
export async function answerScale(
  page: Page,
  answer: string,
  overrides: Record<number, string> = {},
): Promise<void> {
  const groups = page.getByRole('main').getByRole('radiogroup').or(page.getByRole('main').locator('fieldset'))
  await expect(groups.first()).toBeVisible()
  const count = await groups.count()
  for (let index = 0; index < count; index += 1) {
    const choice = groups.nth(index).getByRole('radio', { name: overrides[index] ?? answer, exact: true })
    if ((await choice.count()) > 0) await choice.check()
    else await groups.nth(index).getByRole('radio').first().check()
  }
}

/** How the state of what was typed reads. */
export const WAITING = /^Saved on this device( · waiting to send)?$/
export const RECEIVED = /received by the clinic/i

export async function openForms(page: Page): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: 'Forms', exact: true })
    .click()
}

export async function openForm(page: Page, title: string): Promise<void> {
  await openForms(page)
  await page.getByRole('link', { name: new RegExp(`^(Start|Continue): .*${title}`) }).click()
  await expect(page.getByRole('heading', { level: 1, name: new RegExp(title) })).toBeVisible()
}

export async function openSection(page: Page, title: string, section: string): Promise<void> {
  await openForm(page, title)
  await page.getByRole('link', { name: new RegExp(`^${section}`) }).click()
  await expect(page.getByRole('heading', { level: 1, name: section })).toBeVisible()
}

export async function submitFromCheck(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: 'Check your answers' })).toBeVisible()
  await page.getByRole('button', { name: 'Submit' }).click()
}

/** Fills and submits the PHQ-9; `ninth` answers the question about thoughts of being better off dead. */
export async function submitPhq9(page: Page, answer: string, ninth = 'Not at all'): Promise<void> {
  await openForm(page, 'PHQ-9')
  await page.getByRole('link', { name: /^(Start now|Continue where you left off)$/ }).click()
  await answerScale(page, answer, { 8: ninth })
  await page.getByRole('button', { name: 'Continue' }).click()
  await submitFromCheck(page)
}
