/** An answer that was given before, or all rows of one, offered for a question that has none yet: one press takes it. */
import { Trans, useLingui } from '@lingui/react/macro'
import { History } from 'lucide-react'
import { valueText } from '../../../../shared/questionnaire/value-text.ts'
import type { OutlineNode } from '../../../drafts/form-outline.ts'
import { useAnswerWords } from '../../../drafts/use-answer-words.ts'
import { useFollowingPart } from '../../../drafts/use-draft.ts'
import { Button } from '../../../ui/button.tsx'
import { dateOf } from '../../../ui/time.ts'
import { fieldId } from '../field-id.ts'
import { useOpenForm } from '../open-form.tsx'
import type { Suggestion } from '../suggestions.ts'
import styles from './question.module.css'

interface SuggestedAnswerProps {
  readonly node: Exclude<OutlineNode, { kind: 'text' }>
}

export function SuggestedAnswer({ node }: SuggestedAnswerProps) {
  const { suggestions } = useOpenForm()
  const suggestion = node.row === '' ? suggestions.get(node.item.linkId) : undefined
  return suggestion === undefined ? null : <Suggested node={node} suggestion={suggestion} />
}

function Suggested({ node, suggestion }: SuggestedAnswerProps & { readonly suggestion: Suggestion }) {
  const { i18n } = useLingui()
  const words = useAnswerWords()
  const { store } = useOpenForm()
  const { key } = node
  const isAnswered = useFollowingPart(store, ({ answers }) =>
    Object.keys(answers).some(
      (each) => each === key || each.startsWith(`${key}{`) || each.startsWith(`${key}[`),
    ),
  )
  if (isAnswered) return null
  const value = suggestion.lines
    .map((line) => line.map((each) => valueText(each.item, each.value, words)).join(', '))
    .join('; ')
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
      <Button
        look="quiet"
        aria-describedby={told}
        onClick={() => store.editMany(Object.entries(suggestion.answers))}
      >
        <Trans>Still right, use it</Trans>
      </Button>
    </div>
  )
}
