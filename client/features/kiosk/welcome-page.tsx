/** The first screen of who comes: in which language, and how large. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useSyncExternalStore } from 'react'
import { currentAppearance, LANGUAGES, onAppearance, TEXT_SIZES, wear } from '../../appearance/appearance.ts'
import { LANGUAGE_NAMES } from '../../appearance/language.ts'
import { Button } from '../../ui/button.tsx'
import { Page, Part } from '../../ui/page.tsx'
import styles from './kiosk.module.css'

export function WelcomePage({ onNext }: { onNext: () => void }) {
  const { i18n, t } = useLingui()
  const { textSize } = useSyncExternalStore(onAppearance, currentAppearance)
  const sizes = { normal: t`Normal`, large: t`Large`, larger: t`Larger`, largest: t`Largest` }
  return (
    <Page title={t`Welcome`} lead={<Trans>You can fill in your forms here.</Trans>}>
      <Part id="language" title={<Trans>Language</Trans>}>
        <div className={styles.choices}>
          {LANGUAGES.map((language) => (
            <button
              key={language}
              type="button"
              lang={language}
              className={styles.choice}
              aria-pressed={i18n.locale === language}
              onClick={() => void wear({ language })}
            >
              {LANGUAGE_NAMES[language]}
            </button>
          ))}
        </div>
      </Part>
      <Part id="text-size" title={<Trans>Text size</Trans>}>
        <div className={styles.choices}>
          {TEXT_SIZES.map((size) => (
            <button
              key={size}
              type="button"
              className={styles.choice}
              aria-pressed={textSize === size}
              onClick={() => void wear({ textSize: size })}
            >
              {sizes[size]}
            </button>
          ))}
        </div>
      </Part>
      <div>
        <Button onClick={onNext}>
          <Trans>Continue</Trans>
        </Button>
      </div>
    </Page>
  )
}
