/** Several answers of a list: each option is a field of its own, so that two devices merge option by option. */
import { useLingui } from '@lingui/react/macro'
import { useMemo } from 'react'
import { inRow, optionKey } from '../../../../shared/questionnaire/answer-key.ts'
import type { QuestionNode } from '../../../drafts/form-outline.ts'
import { useAnswerPart } from '../../../drafts/use-draft.ts'
import { CheckboxGroup } from '../../../ui/choice.tsx'
import { TextField } from '../../../ui/field.tsx'
import { useOpenForm } from '../open-form.tsx'
import { fieldProps } from '../use-answer.ts'
import type { QuestionProps } from './question.tsx'

const keyOf = ({ item, row }: QuestionNode, token: string) => inRow(row, optionKey(item.linkId, token))
/** In the order of the options, and at the end what is said in words. */
const keysOf = (node: QuestionNode) => [...node.item.options.map(({ token }) => keyOf(node, token)), node.key]

export function MultipleChoiceQuestion({ node, error }: QuestionProps) {
  const { t } = useLingui()
  const { store } = useOpenForm()
  const { item } = node
  const keys = useMemo(() => keysOf(node), [node])
  const places = useAnswerPart(store, keys, (answers) =>
    item.options.flatMap((_, place) => (answers[keys[place] ?? ''] === true ? [place] : [])).join(),
  )
  const own = useAnswerPart(store, keys, (answers) => answers[node.key])
  const chosen = new Set(
    places === '' ? [] : places.split(',').map((place) => item.options[Number(place)]?.token ?? ''),
  )
  const exclusive = new Set(item.options.filter((option) => option.exclusive).map((option) => option.token))

  /** "None of these" takes the others away, and any other takes "none of these" away. */
  const change = (token: string, checked: boolean) => {
    const changes: [string, true | null][] = [[keyOf(node, token), checked ? true : null]]
    if (checked)
      for (const other of chosen)
        if (other !== token && (exclusive.has(token) || exclusive.has(other)))
          changes.push([keyOf(node, other), null])
    store.editMany(changes)
  }

  const field = fieldProps(node, error)
  const group = (
    <CheckboxGroup
      {...field}
      choices={item.options.map(({ token, prefix, label }) => ({
        value: token,
        label: prefix ? `${prefix} ${label}` : label,
      }))}
      values={chosen}
      onChange={change}
    />
  )
  if (item.type !== 'open-choice') return group
  return (
    <>
      {group}
      <TextField
        id={`${field.id}-text`}
        label={t`Something else, in your own words`}
        optional
        value={typeof own === 'string' ? own : ''}
        onChange={(text) => store.edit(node.key, text === '' ? null : text)}
      />
    </>
  )
}
