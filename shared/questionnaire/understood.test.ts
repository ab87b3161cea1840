import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../kernel/json.ts'
import { parseQuestionnaire } from './parse.ts'
import { fromQuestionnaireResponse } from './response.ts'
import { isUnderstood } from './understood.ts'

const parsed = parseQuestionnaire({
  ...{ resourceType: 'Questionnaire', title: 'Medicines' },
  item: [
    {
      ...{ linkId: 'medicine', type: 'group', text: 'Medicine', repeats: true },
      item: [
        { linkId: 'dose', type: 'quantity', text: 'Dose' },
        { linkId: 'form', type: 'choice', text: 'Form', answerOption: [{ valueCoding: { code: 'pill' } }] },
      ],
    },
    {
      ...{ linkId: 'other', type: 'string', text: 'Others?' },
      enableWhen: [{ question: 'form', operator: '=', answerCoding: { code: 'pill' } }],
    },
  ],
})
if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
const form = parsed.value
const understood = (...item: JsonObject[]): boolean => {
  const response = { resourceType: 'QuestionnaireResponse', item }
  return isUnderstood(form, response, fromQuestionnaireResponse(form, response))
}
const medicine = (linkId: string, answer: JsonObject): JsonObject => ({
  linkId: 'medicine',
  item: [{ linkId, answer: [answer] }],
})

describe('a response from elsewhere', () => {
  const dose = (more: JsonObject) => medicine('dose', { valueQuantity: { value: 5, unit: 'mg', ...more } })
  const shape = (code: string) => medicine('form', { valueCoding: { code } })

  it('came through where every answer did, row by row', () => {
    expect(understood(dose({}), shape('pill'))).toBe(true)
  })

  it.each<[string, JsonObject[]]>([
    ['“less than 5” is no 5', [dose({ comparator: '<' })]],
    ['no option of its question', [shape('drop')]],
    ['in as many rows as there are answers', [shape('drop'), shape('drop'), shape('drop')]],
    ['unknown', [medicine('colour', { valueString: 'red' })]],
  ])('did not where an answer is %s', (_, items) => {
    expect(understood(...items)).toBe(false)
  })

  it('came through where a question is answered that is not asked: that is refused by its name', () => {
    expect(understood({ linkId: 'other', answer: [{ valueString: 'none' }] })).toBe(true)
  })
})
