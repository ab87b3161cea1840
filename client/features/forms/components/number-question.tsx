/** A number as typed: what is not a number yet is kept as text, and named when the section is checked. */
import { TextField } from '../../../ui/field.tsx'
import { numberValue, typedNumber } from '../number-value.ts'
import { fieldProps, useAnswer } from '../use-answer.ts'
import type { QuestionProps } from './question.tsx'

export function NumberQuestion({ node, error }: QuestionProps) {
  const [value, change] = useAnswer(node)
  const { item } = node
  const unit = item.unit?.display ?? item.unit?.code
  return (
    <TextField
      {...fieldProps(node, error)}
      short
      inputMode={item.type === 'integer' ? 'numeric' : 'decimal'}
      autoComplete={item.autocomplete ?? 'off'}
      {...(unit ? { unit } : {})}
      value={typedNumber(value)}
      onChange={(text) => change(numberValue(text, item))}
    />
  )
}
