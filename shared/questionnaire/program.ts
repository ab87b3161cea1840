/**
 * What a form with FHIRPath adds to skip logic: the compiled expressions (expressions/compile-form.ts makes one). Every
 * evaluation gives what a first one would give; that it remembers the last one only makes it faster.
 */
import type { EnabledItems } from './enable.ts'
import type { Instance } from './instances.ts'
import type { AnswerMap, Constraint, Questionnaire } from './questionnaire.ts'

export interface Evaluation {
  readonly enabled: EnabledItems
  /** What was given, with the calculated answers in place of whatever stood there. */
  readonly answers: AnswerMap
}

export interface BrokenConstraint {
  /** Null: of the form itself. */
  readonly instance: Instance | null
  readonly constraint: Constraint
}

export interface Program {
  /** The very same answers are not looked at again: other answers are another object. */
  evaluate(questionnaire: Questionnaire, answers: AnswerMap): Evaluation
  brokenConstraints(questionnaire: Questionnaire, answers: AnswerMap): readonly BrokenConstraint[]
  /** What the form's initialExpressions say for an empty form. */
  initialAnswers(questionnaire: Questionnaire): AnswerMap
}
