/** One line of text, of the kind that the question asks for. */
import { TextField } from '../../../ui/field.tsx'
import { useTooLong } from '../too-long.ts'
import { fieldProps, useAnswer } from '../use-answer.ts'
import type { QuestionProps } from './question.tsx'

/** `example.org/page` as people write it. */
const BARE_ADDRESS = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[/?#]\S*)?$/i

const INPUT_TYPE = { url: 'url', time: 'time' } as const

export function TextQuestion({ node, error }: QuestionProps) {
  const [value, change] = useAnswer(node)
  const { item } = node
  const text = typeof value === 'string' ? value : ''
  const tooLong = useTooLong(item.maxLength, text)
  const field = fieldProps(node, tooLong ?? error)
  const phone = /(^|-)phone(-|$)/.test(item.linkId) || item.autocomplete?.startsWith('tel')
  return (
    <TextField
      {...field}
      type={item.type === 'url' || item.type === 'time' ? INPUT_TYPE[item.type] : phone ? 'tel' : 'text'}
      autoComplete={item.autocomplete ?? 'off'}
      value={text}
      onChange={(next) => change(next === '' ? null : next)}
      {...(item.type === 'url' && BARE_ADDRESS.test(text) ? { onBlur: () => change(`https://${text}`) } : {})}
    />
  )
}
