/** A problem with one answer as a sentence that says what to do. */
import { useLingui } from '@lingui/react/macro'
import { useCallback } from 'react'
import type { Item } from '../../../shared/questionnaire/questionnaire.ts'
import type { AnswerProblem } from '../../../shared/questionnaire/validate.ts'
import { calendarDay } from '../../ui/time.ts'

const DATE_TYPES = new Set(['date', 'dateTime'])
const NUMBER_TYPES = new Set(['integer', 'decimal', 'quantity'])

export function useProblemText(): (item: Item, problem: AnswerProblem) => string {
  const { i18n, t } = useLingui()
  return useCallback(
    (item, { code, params }) => {
      const question = item.text
      const limit = (name: 'min' | 'max') => {
        const value = params[name] ?? ''
        return typeof value === 'string' ? calendarDay(i18n.locale, value) : String(value)
      }
      const [min, max] = [limit('min'), limit('max')]
      switch (code) {
        case 'wrong_type':
          if (DATE_TYPES.has(item.type)) return t`${question}: enter a full date with month, day and year`
          if (NUMBER_TYPES.has(item.type)) return t`${question}: enter a number`
          return t`${question}: this answer does not fit the question`
        case 'invalid_date':
          return t`${question}: enter a date that exists`
        case 'date_in_future':
          return t`${question}: this date is in the future`
        case 'date_implausible':
          return t`${question}: please check the year`
        case 'invalid_time':
          return t`${question}: enter a time`
        case 'invalid_url':
          return t`${question}: enter a web address`
        case 'not_whole':
          return t`${question}: enter a whole number`
        case 'too_many_decimals':
          return t`${question}: enter at most ${max} digits after the point`
        case 'below_minimum':
          return DATE_TYPES.has(item.type)
            ? t`${question}: enter ${min} or a later day`
            : t`${question}: enter ${min} or more`
        case 'above_maximum':
          return DATE_TYPES.has(item.type)
            ? t`${question}: enter ${max} or an earlier day`
            : t`${question}: enter ${max} or less`
        case 'too_long':
          return t`${question}: use at most ${max} characters`
        case 'too_short':
          return t`${question}: use at least ${min} characters`
        case 'too_few':
          return t`${question}: choose at least ${min}`
        case 'too_many':
          return t`${question}: choose at most ${max}`
        case 'exclusive_option': {
          const option = String(params.option ?? '')
          return t`${question}: “${option}” cannot stand beside another answer`
        }
        default:
          return t`${question}: please check this answer`
      }
    },
    [i18n.locale, t],
  )
}
