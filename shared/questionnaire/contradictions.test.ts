import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../kernel/json.ts'
import { contradictions } from './contradictions.ts'
import { parseQuestionnaire } from './parse.ts'

const HL7 = 'http://hl7.org/fhir/StructureDefinition/'
const limits = (...given: (readonly [name: string, value: JsonObject])[]): JsonObject => ({
  extension: given.map(([name, value]) => ({ url: `${HL7}${name}`, ...value })),
})
const SIGNED = limits(['questionnaire-signatureRequired', { valueCodeableConcept: { text: 'Consent' } }])
const UNIT = 'questionnaire-unit'
const choices = (...codings: JsonObject[]) =>
  codings.map((valueCoding) => ['questionnaire-unitOption', { valueCoding }] as const)
const units = (...codings: JsonObject[]) => limits(...choices(...codings))
const read = (item: JsonObject, more: JsonObject = {}) => {
  const form = { resourceType: 'Questionnaire', title: 'Form', ...more }
  const parsed = parseQuestionnaire({ ...form, item: [{ linkId: 'q', text: 'Q', ...item }] })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return contradictions(parsed.value).map(({ code, path }) => `${path}: ${code}`)
}

describe('what nobody could ever fulfil', () => {
  const between = (low: JsonObject, high: JsonObject) => limits(['minValue', low], ['maxValue', high])
  const options: Json = [{ valueCoding: { code: 'a' } }]

  it.each<[string, JsonObject, string]>([
    ['integer', between({ valueInteger: 5 }, { valueInteger: 1 }), 'impossible_limit'],
    ['time', between({ valueTime: '17:00:00' }, { valueTime: '09:00:00' }), 'impossible_limit'],
    ['quantity', limits(['minValue', { valueQuantity: { value: 1 } }]), 'wrong_limit'],
    ['integer', limits(['maxValue', { valueDate: '2026-01-01' }]), 'wrong_limit'],
    ['date', limits(['minValue', { valueDate: '2026-13-01' }]), 'wrong_limit'],
    ['date', limits(['minValue', { _valueDate: { extension: [] } }]), 'wrong_limit'],
    ['string', { maxLength: 2, ...limits(['minLength', { valueInteger: 3 }]) }, 'impossible_limit'],
    ['string', { maxLength: 0 }, 'impossible_limit'],
    [
      'string',
      {
        repeats: true,
        ...limits(
          ['questionnaire-minOccurs', { valueInteger: 3 }],
          ['questionnaire-maxOccurs', { valueInteger: 2 }],
        ),
      },
      'impossible_limit',
    ],
    // Megabytes, as the standard had it once.
    ['attachment', limits(['maxSize', { valueDecimal: 5 }]), 'impossible_limit'],
    ['choice', { answerOption: options, initial: [{ valueCoding: { code: 'b' } }] }, 'wrong_initial'],
    ['string', { initial: [{ valueString: 'a' }, { valueString: 'b' }] }, 'wrong_initial'],
    ['integer', { answerOption: [{ valueString: 'seven' }] }, 'wrong_option'],
    ['date', { answerOption: [{ valueDate: '2026-02-30' }] }, 'wrong_option'],
    ['choice', { answerOption: [{ valueTime: '25:00:00' }] }, 'wrong_option'],
    ['quantity', units({ system: 'http://unitsofmeasure.org' }), 'wrong_unit'],
    ['quantity', units({ code: 'kg' }, { code: 'g', display: 'kg' }), 'wrong_unit'],
    ['quantity', units({ code: 'kg' }, { code: 'kg', display: 'kilograms' }), 'wrong_unit'],
    ['decimal', units({ code: 'kg' }), 'wrong_unit'],
    ['quantity', limits([UNIT, { valueCoding: { code: 'g' } }], ...choices({ code: 'kg' })), 'wrong_unit'],
    [
      'quantity',
      {
        ...limits([UNIT, { valueCoding: { code: 'kg' } }]),
        initial: [{ valueQuantity: { value: 5, unit: 'pounds', code: '[lb_av]' } }],
      },
      'wrong_initial',
    ],
    ['boolean', SIGNED, 'unsupported_signature'],
    ['group', { ...SIGNED, item: [{ linkId: 'inside', type: 'string' }] }, 'unsupported_signature'],
  ])('%s %j', (type, more, code) => {
    expect(read({ type, ...more })).toEqual([`item[0]: ${code}`])
  })

  it('is a signature under no question', () => {
    expect(read({ type: 'string' }, SIGNED)).toEqual(['extension: unsupported_signature'])
  })

  it('is found below a question with help, by its place in the JSON', () => {
    const help = {
      ...{ linkId: 'help', type: 'display', text: 'How' },
      ...limits(['questionnaire-itemControl', { valueCodeableConcept: { coding: [{ code: 'help' }] } }]),
    }
    const below = { linkId: 'below', type: 'string', maxLength: 0 }
    expect(read({ type: 'string', item: [help, below] })).toEqual(['item[0].item[1]: impossible_limit'])
  })

  it.each([
    ['choice', 'b', ['item[0].item[0]: wrong_condition']],
    ['choice', 'a', []],
    // Words of one's own may be anything.
    ['open-choice', 'b', []],
  ])('is a %s question’s condition on “%s”: %j', (type, code, found) => {
    const enableWhen = [{ question: 'q', operator: '=', answerCoding: { code } }]
    const below = { linkId: 'below', type: 'string', enableWhen }
    expect(read({ type, answerOption: options, item: [below] })).toEqual(found)
  })

  it('is a condition on the code of another system', () => {
    const enableWhen = (system?: string): Json => [
      { question: 'q', operator: '=', answerCoding: { code: 'a', ...(system ? { system } : {}) } },
    ]
    const found = (system?: string) =>
      read({
        type: 'choice',
        answerOption: [{ valueCoding: { system: 'urn:one', code: 'a' } }],
        item: [{ linkId: 'below', type: 'string', enableWhen: enableWhen(system) }],
      })
    expect([found(), found('urn:one')]).toEqual([[], []])
    expect(found('urn:two')).toEqual(['item[0].item[0]: wrong_condition'])
  })

  const KG = { system: 'http://unitsofmeasure.org', code: 'kg', display: 'kilograms' }
  const unit = (...codings: JsonObject[]) =>
    limits(
      ...codings.map(
        (valueCoding) =>
          [codings.length > 1 ? 'questionnaire-unitOption' : 'questionnaire-unit', { valueCoding }] as const,
      ),
    )
  const both = unit(KG, { code: '[lb_av]', display: 'pounds' })
  const SDC = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression'
  const expression = { language: 'text/fhirpath', expression: "4 'kg'" }

  it.each<[string, JsonObject, JsonObject, boolean]>([
    ['its only unit', unit(KG), { code: 'kg' }, true],
    ['its only unit, in words', unit(KG), { unit: 'kilograms' }, true],
    ['no unit', unit(KG), {}, true],
    ['another unit', unit(KG), { code: '[lb_av]', unit: 'pounds' }, false],
    ['one of its units', both, { unit: 'pounds' }, true],
    ['none of its units', both, { code: 'g' }, false],
    ['a code of another system', both, { system: 'urn:x', code: 'kg' }, false],
    ['a unit where there are none', {}, { code: 'kg' }, false],
    [
      'the unit that it starts with',
      { initial: [{ valueQuantity: { value: 1, unit: 'kg' } }] },
      { code: 'kg' },
      true,
    ],
    [
      'the unit of a calculation',
      { extension: [{ url: SDC, valueExpression: expression }] },
      { code: 'kg' },
      true,
    ],
  ])('is a condition on an amount in %s, or not', (_, question, quantity, sound) => {
    for (const operator of ['=', '!=', '>', '<=']) {
      const enableWhen = [{ question: 'q', operator, answerQuantity: { value: 4, ...quantity } }]
      const below = { linkId: 'below', type: 'string', enableWhen }
      expect(read({ type: 'quantity', ...question, item: [below] })).toEqual(
        sound ? [] : ['item[0].item[0]: wrong_condition'],
      )
    }
  })

  it.each<[string, JsonObject]>([
    ['integer', between({ valueInteger: 1 }, { valueInteger: 1 })],
    ['date', between({ valueDate: '2026-03' }, { valueDate: '2026' })],
    ['decimal', limits(['minValue', { valueInteger: 0 }])],
    ['string', SIGNED],
    ['choice', { answerOption: options, initial: [{ valueCoding: { code: 'a' } }] }],
    ['open-choice', { answerOption: options, initial: [{ valueString: 'words' }] }],
  ])('is not %s %j', (type, more) => {
    expect(read({ type, ...more })).toEqual([])
  })
})
