import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../kernel/json.ts'
import { checkValue } from './check-value.ts'
import { parseQuestionnaire } from './parse.ts'
import { toFhirValue } from './response-values.ts'
import { unitNamed } from './units.ts'
import { valueText } from './value-text.ts'

const HL7 = 'http://hl7.org/fhir/StructureDefinition/'
const KG = {
  ...{ system: 'http://unitsofmeasure.org', code: 'kg', display: 'kilograms' },
  _display: {
    extension: [
      {
        url: `${HL7}translation`,
        extension: [
          { url: 'lang', valueCode: 'es' },
          { url: 'content', valueString: 'kilogramos' },
        ],
      },
    ],
  },
}
const LB = { code: '[lb_av]', display: 'pounds' }

function read(item: JsonObject, language?: string) {
  const parsed = parseQuestionnaire(
    { resourceType: 'Questionnaire', title: 'Form', item: [{ linkId: 'q', type: 'quantity', ...item }] },
    { language },
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  const [question] = parsed.value.items
  if (question === undefined) throw new Error('no question')
  return question
}
const withUnits = (name: 'unit' | 'unitOption', ...codings: JsonObject[]) => ({
  extension: codings.map((valueCoding) => ({ url: `${HL7}questionnaire-${name}`, valueCoding })),
})
const words = { locale: 'en', yes: 'Yes', no: 'No', none: '–', drawn: 'drawn' }

describe('the unit of an amount', () => {
  const [fixed, either, free] = [withUnits('unit', KG), withUnits('unitOption', KG, LB), {}]
  const { system, code } = KG

  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    ['named by its code', either, { unit: 'kg' }, { unit: 'kilograms', system, code }],
    ['named by its words', either, { unit: 'pounds' }, { unit: 'pounds', system, code: LB.code }],
    ['that of the question, where it has one', fixed, {}, { unit: 'kilograms', system, code }],
    ['none, where it has several', either, {}, {}],
    ['none, where it has none', free, {}, {}],
    ['one that the question does not know', fixed, { unit: 'stone' }, { unit: 'stone' }],
  ])('is %s', (_, item, unit, handedIn) => {
    expect(toFhirValue(read(item), { value: 5, ...unit } as { value: number })).toEqual({
      valueQuantity: { value: 5, ...handedIn },
    })
  })

  it('reads in the reader’s language, and is stored and handed in alike in all', () => {
    const spanish = read(either, 'es')
    expect(spanish.units.map(({ label }) => label)).toEqual(['kilogramos', 'pounds'])
    expect(read(either).units.map(({ label }) => label)).toEqual(['kilograms', 'pounds'])
    expect(read(fixed, 'es').unit?.label).toBe('kilogramos')
    const answer = { value: 5, unit: 'kg' }
    expect([valueText(read(either), answer, words), valueText(spanish, answer, words)]).toEqual([
      '5 kilograms',
      '5 kilogramos',
    ])
    expect(toFhirValue(spanish, answer)).toEqual(toFhirValue(read(either), answer))
  })

  it('is chosen by nobody where it is not named, though a unit has no words or no code', () => {
    const question = read(withUnits('unitOption', { code: 'kg' }, { display: 'stone' }))
    expect(checkValue(question, { value: 5 })?.code).toBe('invalid_unit')
    expect(unitNamed(question.units, undefined)).toBeUndefined()
    expect(
      [{ unit: 'kg' }, { unit: 'stone' }].map((each) => checkValue(question, { value: 5, ...each })),
    ).toEqual([null, null])
  })

  it('is found by its code before the words of another', () => {
    const units = [
      { code: 'g', display: 'kg', label: 'kg' },
      { code: 'kg', display: 'g', label: 'g' },
    ]
    expect([unitNamed(units, 'g')?.code, unitNamed(units, 'kg')?.code]).toEqual(['g', 'kg'])
  })

  it('is the one that the question has, for its limits count in it', () => {
    expect(checkValue(read(fixed), { value: 5, unit: 'lb' })?.code).toBe('invalid_unit')
    expect(checkValue(read(fixed), { value: 5 })).toBeNull()
    // Nobody could ever mend what the form itself put there.
    expect(checkValue(read({ ...fixed, readOnly: true }), { value: 5, unit: 'lb' })).toBeNull()
  })

  it('has its number as it is written in the reader’s language', () => {
    const answer = { value: 72.5, unit: 'kg' }
    expect(valueText(read(either, 'es'), answer, { ...words, locale: 'es' })).toBe('72,5 kilogramos')
  })

  it('is no range', () => {
    const item = { linkId: 'q', type: 'quantity' }
    const enableWhen = [
      { question: 'q', operator: '=', answerQuantity: { value: 4, comparator: '>', unit: 'kg' } },
    ]
    const form = {
      ...{ resourceType: 'Questionnaire', title: 'Form' },
      item: [item, { linkId: 'a', type: 'string', enableWhen }],
    }
    const parsed = parseQuestionnaire(form, { publishing: true })
    expect(parsed.ok ? [] : parsed.error).toMatchObject([
      { code: 'wrong_value', path: 'item[1].enableWhen[0].answerQuantity' },
    ])
  })
})
