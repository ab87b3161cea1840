/** A page against the rules of WCAG 2.2 AA, in sizes and colours; a walk goes there once and is looked at in all of them. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'
import type { AxeResults, RunOptions } from 'axe-core'
import { expect } from './portal-test.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const NARROW = { width: 320, height: 640 }

export const inBothSchemes = async (page: Page, look: (scheme: string) => Promise<void>): Promise<void> => {
  for (const colorScheme of ['light', 'dark'] as const) {
    // Without the fade between the two, which would be measured half way.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await look(colorScheme)
  }
}

/**
 * What is broken on the page, in a form that names the rule and the element. Axe is read by the page once and asked there
 * many times: a look that begins from its source takes eight times as long.
 */
async function violations(page: Page, options: RunOptions): Promise<string[]> {
  expect(page.frames(), 'what stands in frames is not looked at').toHaveLength(1)
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE)
  return page.evaluate(async (options) => {
    const { axe } = window as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }
    const { violations } = await axe.run({ ...options, resultTypes: ['violations'] })
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(' ')}: ${failureSummary}`),
    )
  }, options)
}

const WHOLE: RunOptions = { runOnly: { type: 'tag', values: RULES } }
/** Colours are all that the dark scheme changes. */
const COLOURS: RunOptions = { runOnly: { type: 'rule', values: ['color-contrast'] } }

export const expectSound = async (page: Page): Promise<void> =>
  expect(await violations(page, WHOLE)).toEqual([])

/** Goes on where something is broken: all that is broken is said at the end. */
export const lookInBothSchemes = (page: Page, where: string): Promise<void> =>
  inBothSchemes(page, async (scheme) => {
    const found = await violations(page, scheme === 'dark' ? COLOURS : WHOLE)
    expect.soft(found, `${where}, ${scheme}`).toEqual([])
  })

/** What stands out of the page, or an empty list. */
export const overflow = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
      .map((element) => `${element.tagName} ${element.className} ${element.textContent?.slice(0, 40)}`)
  })

/** Words of up to twelve letters that stand in two lines or reach out of the window, outside of what is scrolled sideways. */
export const brokenWords = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const range = document.createRange()
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const broken: string[] = []
    while (texts.nextNode()) {
      const { currentNode } = texts
      const { parentElement, data } = currentNode as Text
      if (!parentElement?.checkVisibility() || parentElement.closest('nav, pre, code')) continue
      // For those alone who hear it.
      if (parentElement.clientWidth === 1) continue
      for (const { 0: word, index } of data.matchAll(/(?<!\S)\p{L}{2,12}[.,:?!)]*(?!\S)/gu)) {
        range.setStart(currentNode, index)
        range.setEnd(currentNode, index + word.length)
        const shown = [...range.getClientRects()].filter(({ width }) => width > 0)
        const isBroken = new Set(shown.map(({ top }) => Math.round(top))).size > 1
        const isOutside = shown.some(({ right }) => right > innerWidth + 1)
        if (isBroken || isOutside) broken.push(`${word} in ${parentElement.tagName} ${data.slice(0, 60)}`)
      }
    }
    return broken
  })

/** Nothing scrolls sideways at 320 px, and no rule is broken at these sizes, light and dark; `also` asks for more. */
export async function lookEverywhere(
  page: Page,
  name: string,
  sizes: readonly { width: number; height: number }[],
  also: (where: string) => Promise<void> = async () => {},
): Promise<void> {
  await page.setViewportSize(NARROW)
  expect.soft(await overflow(page), `${name}, 320 px`).toEqual([])
  for (const viewport of sizes) {
    await page.setViewportSize(viewport)
    await also(`${name}, ${viewport.width} px`)
    await lookInBothSchemes(page, `${name}, ${viewport.width} px`)
  }
}
