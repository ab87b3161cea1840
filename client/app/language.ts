/** The page's language: one catalogue, loaded when it is needed. A new language is a catalogue and a line here. */
import { i18n, type Messages } from '@lingui/core'

const CATALOGUES: Record<string, () => Promise<{ messages: Messages }>> = {
  en: () => import('../locales/en/messages.po'),
}

export const preferredLanguage = (wanted: readonly string[]): string =>
  wanted.map((tag) => tag.split('-')[0] ?? '').find((tag) => Object.hasOwn(CATALOGUES, tag)) ?? 'en'

export async function activateLanguage(language: string): Promise<void> {
  const load = CATALOGUES[language] ?? CATALOGUES.en
  if (load === undefined) return
  const { messages } = await load()
  i18n.loadAndActivate({ locale: language, messages })
  document.documentElement.lang = language
}
