/** Going through a page with the keyboard alone. */
import type { Locator, Page } from '@playwright/test'
import { expect } from './portal-test.ts'

/** Why the focus cannot be seen, or null. The card around a radio draws the ring for it. */
const focusTrouble = (page: Page): Promise<string | null> =>
  page.evaluate(() => {
    const element = document.activeElement
    if (element === null || element === document.body) return 'nothing has the focus'
    const name = `${element.tagName} ${element.id} ${element.textContent?.slice(0, 30)}`
    const card = element.closest('label') ?? element
    const ringed = [element, card].some((one) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(one)
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
    })
    if (!ringed) return `${name}: no ring`
    const { top, bottom, left, right } = card.getBoundingClientRect()
    if (top < 0 || left < 0 || bottom > innerHeight || right > innerWidth) return `${name}: out of sight`
    for (const y of [top + 2, (top + bottom) / 2, bottom - 2]) {
      const seen = document.elementFromPoint((left + right) / 2, y)
      if (seen === null || !(card.contains(seen) || seen.contains(card))) return `${name}: covered`
    }
    return null
  })

export const expectFocusSeen = (page: Page) => expect.poll(() => focusTrouble(page)).toBe(null)

export const isFocused = (target: Locator): Promise<boolean> =>
  target.evaluate((element) => element === document.activeElement)

/** Tab, as often as it takes; wherever the focus rests on the way, it is seen. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible()
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab')
    await expectFocusSeen(page)
    if (await isFocused(target)) return
  }
  throw new Error(`The Tab key does not lead to ${target}.`)
}

export async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press('Enter')
}
