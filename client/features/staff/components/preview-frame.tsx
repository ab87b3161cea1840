/**
 * A form in the width of a phone or of a tablet, in each language that the portal speaks: the form's words and the
 * portal's around them, while what is around the frame stays in the language of whoever looks.
 */
import type { I18n } from '@lingui/core'
import { Trans, useLingui } from '@lingui/react/macro'
import { Smartphone, Tablet } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import type { Json } from '../../../../shared/kernel/json.ts'
import { readForm } from '../../../../shared/questionnaire/expressions/read-form.ts'
import type { Questionnaire } from '../../../../shared/questionnaire/questionnaire.ts'
import { wordsIn } from '../../../appearance/language.ts'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import styles from '../staff.module.css'

export type RenderPreview = (questionnaire: Questionnaire, words: I18n) => ReactNode

interface PreviewFrameProps {
  readonly questionnaire: Json
  readonly preview: RenderPreview
}

const LANGUAGES = ['en', 'es'] as const

export function PreviewFrame({ questionnaire, preview }: PreviewFrameProps) {
  const { t } = useLingui()
  const [size, setSize] = useState<'phone' | 'tablet'>('phone')
  const [language, setLanguage] = useState<(typeof LANGUAGES)[number]>('en')
  const [shown, setShown] = useState<{ form: Questionnaire; words: I18n } | null>(null)
  useEffect(() => {
    let gone = false
    Promise.all([readForm(questionnaire, { language }), wordsIn(language)]).then(([read, words]) => {
      if (!gone) setShown(read.ok ? { form: read.value, words } : null)
    })
    return () => {
      gone = true
    }
  }, [questionnaire, language])
  return (
    <>
      <ButtonRow>
        <Button look="secondary" aria-pressed={size === 'phone'} onClick={() => setSize('phone')}>
          <Smartphone size={18} aria-hidden />
          <Trans>Phone</Trans>
        </Button>
        <Button look="secondary" aria-pressed={size === 'tablet'} onClick={() => setSize('tablet')}>
          <Tablet size={18} aria-hidden />
          <Trans>Tablet</Trans>
        </Button>
        <Button look="quiet" aria-pressed={language === 'en'} onClick={() => setLanguage('en')}>
          <Trans>English</Trans>
        </Button>
        <Button look="quiet" aria-pressed={language === 'es'} onClick={() => setLanguage('es')}>
          <Trans>Spanish</Trans>
        </Button>
      </ButtonRow>
      <section
        aria-label={t`Preview: nothing that is typed here is kept`}
        className={size === 'phone' ? styles.phone : styles.tablet}
        lang={language}
      >
        {shown === null ? null : (
          <>
            <h2>{shown.form.title}</h2>
            {shown.form.description ? <p>{shown.form.description}</p> : null}
            {preview(shown.form, shown.words)}
          </>
        )}
      </section>
    </>
  )
}
