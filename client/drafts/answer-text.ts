/** The answer of a visible question, as a person reads it. Pure. */
import { valuesOf } from '../../shared/questionnaire/answer-values.ts'
import type { AnswerMap } from '../../shared/questionnaire/questionnaire.ts'
import { type AnswerWords, valueText } from '../../shared/questionnaire/value-text.ts'
import type { QuestionNode } from './form-outline.ts'

/** Several answers one per line. */
export const answerText = (node: QuestionNode, answers: AnswerMap, words: AnswerWords): string =>
  valuesOf(node.instance, answers)
    .map((value) => valueText(node.item, value, words))
    .join('\n') || words.none
