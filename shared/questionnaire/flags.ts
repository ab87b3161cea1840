/** Flags: answers that a person must look at at once, such as PHQ-9 item 9. Declared in the form's JSON. Pure. */
import { valuesOf } from './answer-values.ts'
import { completeAnswers, enabledItems } from './enable.ts'
import type { AnswerMap, Questionnaire } from './questionnaire.ts'
import { weightOf } from './score.ts'

export interface Flag {
  /** `self-harm` shows the crisis card. */
  readonly code: string
  readonly linkId: string
  readonly key: string
}

export function raisedFlags(questionnaire: Questionnaire, given: AnswerMap): readonly Flag[] {
  const answers = completeAnswers(questionnaire, given)
  return enabledItems(questionnaire, answers).list.flatMap((instance) =>
    instance.item.flags
      .filter(({ over }) =>
        valuesOf(instance, answers).some((value) => {
          const weight = value === true ? 1 : weightOf(instance.item, value)
          return weight !== undefined && weight > over
        }),
      )
      .map(({ code }) => ({ code, linkId: instance.item.linkId, key: instance.key })),
  )
}
