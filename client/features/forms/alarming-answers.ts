/** Keys of the answers that call for the crisis card. Pure. */
import { raisedFlags } from '../../../shared/questionnaire/flags.ts'
import type { AnswerMap, Questionnaire } from '../../../shared/questionnaire/questionnaire.ts'

export const alarmingAnswers = (questionnaire: Questionnaire, answers: AnswerMap): ReadonlySet<string> =>
  new Set(
    raisedFlags(questionnaire, answers)
      .filter((flag) => flag.code === 'self-harm')
      .map((flag) => flag.key),
  )
