import { useLingui } from '@lingui/react/macro'
import { useMemo } from 'react'
import type { AnswerWords } from '../../shared/questionnaire/value-text.ts'

export function useAnswerWords(): AnswerWords {
  const { i18n, t } = useLingui()
  const [yes, no, none, drawn] = [t`Yes`, t`No`, t`Not answered`, t`Signed by hand`]
  return useMemo(() => ({ locale: i18n.locale, yes, no, none, drawn }), [i18n.locale, yes, no, none, drawn])
}
