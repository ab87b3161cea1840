/** A problem with one answer as a sentence that says what to do; it stands beside the question. */
import { useLingui } from '@lingui/react/macro'
import { useCallback } from 'react'
import { clockTime, dayAndTime } from '../../../shared/calendar/calendar-day.ts'
import { sizeOf } from '../../../shared/kernel/file-size.ts'
import type { Item } from '../../../shared/questionnaire/questionnaire.ts'
import type { AnswerProblem } from '../../../shared/questionnaire/validate.ts'

const DATE_TYPES = new Set(['date', 'dateTime'])
const NUMBER_TYPES = new Set(['integer', 'decimal', 'quantity'])

/** A limit as the question's answers read. */
function limitText(locale: string, { type }: Item, value: string | number = ''): string {
  if (typeof value === 'number') return String(value)
  return type === 'time' ? clockTime(locale, value) : dayAndTime(locale, value)
}

function outOfRange({ type }: Item, time: string, day: string, amount: string): string {
  if (type === 'time') return time
  return DATE_TYPES.has(type) ? day : amount
}

export function useProblemText(): (item: Item, problem: AnswerProblem) => string {
  const { i18n, t } = useLingui()
  return useCallback(
    (item, { code, params }) => {
      const [min, max] = [limitText(i18n.locale, item, params.min), limitText(i18n.locale, item, params.max)]
      switch (code) {
        case 'required':
          return t`Please answer this question`
        case 'wrong_type':
          if (DATE_TYPES.has(item.type)) return t`Enter a full date with month, day and year`
          if (NUMBER_TYPES.has(item.type)) return t`Enter a number`
          if (item.signature) return t`Please sign here`
          return t`This answer does not fit the question`
        case 'invalid_date':
          return t`Enter a date that exists`
        case 'date_in_future':
          return t`This date is in the future`
        case 'date_implausible':
          return t`Please check the year`
        case 'invalid_time':
          return t`Enter a time`
        case 'invalid_url':
          return t`Enter a web address, such as https://example.org`
        case 'not_whole':
          return t`Enter a whole number`
        case 'too_many_decimals':
          return t`Enter at most ${max} digits after the point`
        case 'below_minimum':
          return outOfRange(
            item,
            t`Enter ${min} or later`,
            t`Enter ${min} or a later day`,
            t`Enter ${min} or more`,
          )
        case 'above_maximum':
          return outOfRange(
            item,
            t`Enter ${max} or earlier`,
            t`Enter ${max} or an earlier day`,
            t`Enter ${max} or less`,
          )
        case 'too_long':
          return t`Use at most ${max} characters`
        case 'too_short':
          return t`Use at least ${min} characters`
        case 'too_few':
          return t`Choose at least ${min}`
        case 'too_many':
          return t`Choose at most ${max}`
        case 'exclusive_option': {
          const option = String(params.option ?? '')
          return t`“${option}” cannot stand beside another answer`
        }
        case 'file_kind':
          return t`This kind of file is not taken here. Choose another one`
        case 'file_too_large': {
          const most = sizeOf(i18n.locale, Number(params.max))
          return t`This file is too large: at most ${most}`
        }
        case 'invalid_unit':
          return t`Choose a unit`
        case 'signed_other_words':
          return t`Please sign again: the words above have changed`
        case 'constraint':
          return String(params.message ?? '')
        default:
          return t`Please check this answer`
      }
    },
    [i18n.locale, t],
  )
}
