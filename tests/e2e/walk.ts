/** From page to page, as a person goes, with a look at each: what is looked for is the walker's. */
import type { Page } from '@playwright/test'
import type { PortalUnderTest } from './portal-test.ts'

export type Look = (name: string) => Promise<void>
export type Walk = (page: Page, look: Look, portal: PortalUnderTest) => Promise<void>

export const PHQ9 = 'PHQ-9'
export const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })
