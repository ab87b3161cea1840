/** An answer that was given before, offered for a question that has none yet: one press takes it. */
import { Trans, useLingui } from '@lingui/react/macro'
import { History } from 'lucide-react'
import { valueText } from '../../../../shared/questionnaire/value-text.ts'
import type { QuestionNode } from '../../../drafts/form-outline.ts'
import { useAnswerWords } from '../../../drafts/use-answer-words.ts'
import { Button } from '../../../ui/button.tsx'
import { dateOf } from '../../../ui/time.ts'
import { fieldId } from '../field-id.ts'
import { useOpenDraft, useOpenForm } from '../open-form.tsx'
import styles from './question.module.css'

export function SuggestedAnswer({ node }: { node: QuestionNode }) {
  const { i18n } = useLingui()
  const words = useAnswerWords()
  const { store, suggestions } = useOpenForm()
  const { answers } = useOpenDraft()
  const suggestion = node.row === '' ? suggestions.get(node.item.linkId) : undefined
  if (suggestion === undefined || Object.hasOwn(answers, node.key)) return null
  const value = valueText(node.item, suggestion.value, words)
  const day = suggestion.at === null ? '' : dateOf(i18n.locale, suggestion.at)
  const told = `${fieldId(node.key)}-suggestion`
  return (
    <div className={styles.suggestion}>
      <History size={18} aria-hidden />
      <p id={told}>
        {suggestion.at === null ? (
          <Trans>Your practice has: {value}</Trans>
        ) : (
          <Trans>
            On {day} you answered: {value}
          </Trans>
        )}
      </p>
      <Button look="quiet" aria-describedby={told} onClick={() => store.edit(node.key, suggestion.value)}>
        <Trans>Still right, use it</Trans>
      </Button>
    </div>
  )
}
