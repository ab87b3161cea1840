/**
 * Everything the server recomputes of a submission, in one call: nothing that a client claims about its answers is
 * believed. Pure.
 */
import { completeAnswers } from './enable.ts'
import { type Flag, raisedFlags } from './flags.ts'
import { dropHidden } from './hidden-answers.ts'
import type { AnswerMap, Questionnaire } from './questionnaire.ts'
import { type Score, scoreAnswers } from './score.ts'
import { type AnswerProblem, type ValidationOptions, validateAnswers } from './validate.ts'

export interface Assessment<T extends AnswerMap> {
  /** Without answers to questions that are not asked; with the calculated ones. */
  readonly answers: T
  /** Empty: can be accepted. */
  readonly problems: readonly AnswerProblem[]
  readonly scores: readonly Score[]
  readonly flags: readonly Flag[]
}

export function assessAnswers<T extends AnswerMap>(
  questionnaire: Questionnaire,
  offered: T,
  options: ValidationOptions = {},
): Assessment<T> {
  const answers = dropHidden(questionnaire, offered)
  return {
    answers: completeAnswers(questionnaire, answers),
    problems: validateAnswers(questionnaire, answers, options),
    scores: scoreAnswers(questionnaire, answers),
    flags: raisedFlags(questionnaire, answers),
  }
}
