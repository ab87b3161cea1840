/** The page's language: one catalogue, loaded when it is needed. A new language is a catalogue and a line here. */
import { i18n, type Messages } from '@lingui/core'
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
