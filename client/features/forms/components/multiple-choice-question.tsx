/** Several answers of a list: each option is a field of its own, so that two devices merge option by option. */
import { inRow, optionKey } from '../../../../shared/questionnaire/answer-key.ts'
import { CheckboxGroup } from '../../../ui/choice.tsx'
import { useOpenDraft, useOpenForm } from '../open-form.tsx'
import { fieldProps } from '../use-answer.ts'
import type { QuestionProps } from './question.tsx'

export function MultipleChoiceQuestion({ node, error }: QuestionProps) {
  const { store } = useOpenForm()
  const { answers } = useOpenDraft()
  const { item, row } = node
  const keyOf = (token: string) => inRow(row, optionKey(item.linkId, token))
  const chosen = new Set(
    item.options.map(({ token }) => token).filter((token) => answers[keyOf(token)] === true),
  )
  const exclusive = new Set(item.options.filter((option) => option.exclusive).map((option) => option.token))

  /** "None of these" takes the others away, and any other takes "none of these" away. */
  const change = (token: string, checked: boolean) => {
    const changes: [string, true | null][] = [[keyOf(token), checked ? true : null]]
    if (checked)
      for (const other of chosen)
        if (other !== token && (exclusive.has(token) || exclusive.has(other)))
          changes.push([keyOf(other), null])
    store.editMany(changes)
  }

  return (
    <CheckboxGroup
      {...fieldProps(node, error)}
      choices={item.options.map((option) => ({ value: option.token, label: option.label }))}
      values={chosen}
      onChange={change}
    />
  )
}
