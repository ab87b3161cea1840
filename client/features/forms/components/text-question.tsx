import { useLingui } from '@lingui/react/macro'
import { TextField } from '../../../ui/field.tsx'
import { useTooLong } from '../too-long.ts'
import { fieldProps, useAnswer } from '../use-answer.ts'
import type { QuestionProps } from './question.tsx'

const INPUT_TYPE = { url: 'url', time: 'time' } as const

export function TextQuestion({ node, error }: QuestionProps) {
  const { t } = useLingui()
  const [value, change] = useAnswer(node)
  const { item } = node
  const text = typeof value === 'string' ? value : ''
  const tooLong = useTooLong(item.maxLength, text)
  const field = fieldProps(node, tooLong ?? error)
  const hint = field.hint ?? (item.signature ? t`Typing your full name here is your signature.` : undefined)
  const phone = /(^|-)phone(-|$)/.test(item.linkId) || item.autocomplete?.startsWith('tel')
  return (
    <TextField
      {...field}
      hint={hint}
      type={item.type === 'url' || item.type === 'time' ? INPUT_TYPE[item.type] : phone ? 'tel' : 'text'}
      autoComplete={item.autocomplete ?? 'off'}
      value={text}
      onChange={(next) => change(next === '' ? null : next)}
    />
  )
}
