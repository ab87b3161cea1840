import { expect, it } from 'vitest'
import { parseQuestionnaire } from './parse.ts'
import { fromFhirValue, toFhirValue } from './response-values.ts'

const optionsOf = (...answerOption: { [name: string]: string }[]) =>
  parseQuestionnaire(
    {
      ...{ resourceType: 'Questionnaire', title: 'Form' },
      item: [{ linkId: 'q', type: 'choice', text: 'When?', answerOption }],
    },
    { publishing: true },
  )

it('hands a time to choose in with its seconds, and knows it again', () => {
  const parsed = optionsOf({ valueTime: '08:00' }, { valueTime: '20:00:30' })
  const question = parsed.ok ? parsed.value.items[0] : undefined
  if (question === undefined) throw new Error('no question')
  for (const [token, handedIn] of [
    ['08:00', '08:00:00'],
    ['20:00:30', '20:00:30'],
  ] as const) {
    expect(toFhirValue(question, token)).toEqual({ valueTime: handedIn })
    expect(fromFhirValue(question, handedIn)).toBe(token)
  }
})

it('keeps the only unit of its question with an amount that came without one', () => {
  const unit = {
    url: 'http://hl7.org/fhir/StructureDefinition/questionnaire-unit',
    valueCoding: { code: 'kg' },
  }
  const parsed = parseQuestionnaire({
    ...{ resourceType: 'Questionnaire', title: 'Form' },
    item: [{ linkId: 'q', type: 'quantity', text: 'Weight', extension: [unit] }],
  })
  const question = parsed.ok ? parsed.value.items[0] : undefined
  // A later version of the form may have another.
  expect(question && fromFhirValue(question, { value: 70 })).toEqual({ value: 70, unit: 'kg' })
})

it('has one value in an option', () => {
  const parsed = optionsOf({ valueString: 'morning', valueTime: '08:00:00' })
  expect(parsed.ok ? [] : parsed.error).toMatchObject([
    { code: 'unsupported_option', path: 'item[0].answerOption[0]' },
  ])
})
