/** Between what is typed and what is stored for a number. Pure. */
import type { AnswerValue } from '../../../shared/domains/forms/schema.ts'
import type { Item } from '../../../shared/questionnaire/questionnaire.ts'

/** `1.50`, `1,5`, `-3`: what a person writes for a number. At most 15 digits, so that none is lost. */
const NUMBER = /^-?\d{1,15}(?:[.,]\d{1,15})?$/

function numberOf(text: string): number | null {
  const typed = text.trim()
  if (!NUMBER.test(typed) || typed.replace(/\D/g, '').length > 15) return null
  return Number(typed.replace(',', '.'))
}

/** A number if the text is one, else the text; null for an empty box. */
export function numberValue(
  text: string,
  item: Pick<Item, 'type' | 'unit'>,
  unit: string | undefined = item.unit?.code ?? item.unit?.display,
): AnswerValue | null {
  const named = unit === undefined ? {} : { unit }
  if (text.trim() === '') return item.type === 'quantity' && item.unit === undefined && unit ? { unit } : null
  const number = numberOf(text)
  if (item.type !== 'quantity') return number ?? text
  return { value: number ?? text, ...named }
}

/** The unit that was chosen. */
export const chosenUnit = (value: AnswerValue | undefined): string | undefined => {
  if (typeof value !== 'object') return undefined
  const unit = value.code ?? value.unit
  return typeof unit === 'string' ? unit : undefined
}

export function typedNumber(value: AnswerValue | undefined): string {
  if (typeof value === 'number' || typeof value === 'string') return String(value)
  if (typeof value === 'object' && value.value !== undefined && value.value !== null)
    return String(value.value)
  return ''
}
