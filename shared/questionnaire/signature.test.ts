import { describe, expect, it } from 'vitest'
import { parseQuestionnaire } from './parse.ts'
import type { Answer } from './questionnaire.ts'
import { toQuestionnaireResponse } from './response.ts'
import { MAX_DRAWING } from './signature.ts'
import { validateAnswers } from './validate.ts'

const HL7 = 'http://hl7.org/fhir/StructureDefinition/'
const parsed = parseQuestionnaire({
  resourceType: 'Questionnaire',
  url: 'https://example.org/consent',
  version: '2',
  item: [
    {
      linkId: 'sign',
      type: 'string',
      text: 'I agree',
      _text: {
        extension: [
          {
            url: `${HL7}translation`,
            extension: [
              { url: 'lang', valueCode: 'es' },
              { url: 'content', valueString: 'Estoy de acuerdo' },
            ],
          },
        ],
      },
      required: true,
      extension: [{ url: `${HL7}questionnaire-signatureRequired`, valueCodeableConcept: {} }],
    },
  ],
})
if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
const form = parsed.value
const signed = (part: object): Answer => ({
  at: 1,
  statement: 'I agree',
  form: 'https://example.org/consent|2',
  ...part,
})
const troubles = (answer: Answer) => validateAnswers(form, { sign: answer }).map(({ code }) => code)

describe('a signature', () => {
  it.each<[string, Answer, string[]]>([
    ['a typed name', signed({ name: 'Alex Rivera' }), []],
    ['a name alone, as it was kept before drawings', 'Alex Rivera', []],
    ['a drawing', signed({ drawing: 'M1 2L3 4M10 20L600 200' }), []],
    ['the words in another language', signed({ name: 'A', statement: 'Estoy de acuerdo' }), []],
    ['no name and no drawing', signed({}), ['wrong_type']],
    ['spaces for a name', signed({ name: '  ' }), ['wrong_type']],
    [
      'other words than the form’s',
      signed({ name: 'A', statement: 'I agree to more' }),
      ['signed_other_words'],
    ],
    ['another version', signed({ name: 'A', form: 'https://example.org/consent|1' }), ['signed_other_words']],
    ['no moment', signed({ name: 'A', at: 'now' }), ['wrong_type']],
    ['what is no drawing', signed({ drawing: 'M1 2"/><script>' }), ['wrong_type']],
    ['too much of a drawing', signed({ drawing: `M1 2${'L3 4'.repeat(MAX_DRAWING / 4)}` }), ['too_long']],
    ['a name that is too long', signed({ name: 'A'.repeat(201) }), ['too_long']],
  ])('%s', (_, answer, expected) => {
    expect(troubles(answer)).toEqual(expected)
  })

  it('is a text in FHIR', () => {
    const text = (answer: Answer) => JSON.stringify(toQuestionnaireResponse(form, { sign: answer }))
    expect(text(signed({ name: 'Alex Rivera' }))).toContain('"valueString":"Alex Rivera"')
    const drawn = text(signed({ drawing: 'M1 2L3 4' }))
    expect(drawn).toContain('"valueString":"Signed by hand"')
    const { data } = /"data":"(?<data>[^"]+)"/.exec(drawn)?.groups ?? {}
    expect(atob(data ?? '')).toContain('<path d="M1 2L3 4"')
    expect(drawn).toContain('"when":"1970-01-01T00:00:00.001Z"')
  })
})
