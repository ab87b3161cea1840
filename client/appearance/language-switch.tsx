/** The other languages, before anybody is known: each in its own words. */
import { useLingui } from '@lingui/react'
import { LANGUAGES } from '../../shared/domains/profile/preferences.ts'
import { Button } from '../ui/button.tsx'
import { wear } from './appearance.ts'
import { LANGUAGE_NAMES } from './language.ts'

export function LanguageSwitch() {
  const { i18n } = useLingui()
  return LANGUAGES.filter((language) => language !== i18n.locale).map((language) => (
    <Button key={language} look="quiet" onClick={() => void wear({ language })}>
      <span lang={language}>{LANGUAGE_NAMES[language]}</span>
    </Button>
  ))
}
