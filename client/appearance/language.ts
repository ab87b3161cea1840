/** The page's language: one catalogue, loaded when it is needed. A new language is a catalogue and a line here. */
import { type I18n, i18n, type Messages, setupI18n } from '@lingui/core'
import type { Language } from '../../shared/domains/profile/preferences.ts'

const CATALOGUES: Record<Language, () => Promise<{ messages: Messages }>> = {
  en: () => import('../locales/en/messages.po'),
  es: () => import('../locales/es/messages.po'),
}

/** In the language itself: who looks for it may read no other. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', es: 'Español' }

export async function activateLanguage(language: Language): Promise<void> {
  const { messages } = await CATALOGUES[language]()
  i18n.loadAndActivate({ locale: language, messages })
  document.documentElement.lang = language
}

/** For a part of the page that is read in another language than the rest. */
export async function wordsIn(language: Language): Promise<I18n> {
  const { messages } = await CATALOGUES[language]()
  return setupI18n({ locale: language, messages: { [language]: messages } })
}
