/** Between what is typed and what is stored for a number. Pure. */
import type { AnswerValue } from '../../../shared/domains/forms/schema.ts'
import type { Item } from '../../../shared/questionnaire/questionnaire.ts'

/** A number if the text is exactly one (so that it reads back as typed), else the text; null for an empty box. */
export function numberValue(text: string, item: Pick<Item, 'type' | 'unit'>): AnswerValue | null {
  if (text.trim() === '') return null
  const number = Number(text)
  const exact = Number.isFinite(number) && String(number) === text.trim()
  if (!exact) return text
  if (item.type !== 'quantity') return number
  const unit = item.unit?.code ?? item.unit?.display
  return unit ? { value: number, unit } : { value: number }
}

export function typedNumber(value: AnswerValue | undefined): string {
  if (typeof value === 'number' || typeof value === 'string') return String(value)
  if (typeof value === 'object' && value.value !== undefined && value.value !== null)
    return String(value.value)
  return ''
}
