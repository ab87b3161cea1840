import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../kernel/json.ts'
import { answersThatMove, differences, homelessAnswers } from './differences.ts'
import { parseQuestionnaire } from './parse.ts'
import type { Questionnaire } from './questionnaire.ts'

const HL7 = 'http://hl7.org/fhir/StructureDefinition/'

const form = (...item: Json[]) => {
  const parsed = parseQuestionnaire({ resourceType: 'Questionnaire', title: 'Form', item })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}
const name = { linkId: 'name', type: 'string', text: 'Name' }
const mood = (text: string) => ({
  linkId: 'mood',
  type: 'choice',
  text,
  answerOption: [{ valueString: 'well' }, { valueString: 'ill' }],
})

describe('two versions of a form', () => {
  it('differ in nothing where they say the same', () => {
    expect(differences(form(name, mood('Mood')), form(name, mood('Mood')))).toEqual([])
  })

  it('name what came, what went, and what of a question is another', () => {
    const before = form(name, mood('Mood'), { linkId: 'fax', type: 'string', text: 'Fax' })
    const after = form({ ...name, required: true, maxLength: 9 }, mood('How are you?'), {
      linkId: 'tel',
      type: 'string',
      text: 'Phone',
      enableWhen: [{ question: 'mood', operator: '=', answerString: 'ill' }],
    })
    const at = (linkId: string, text: string, kind: string) => ({
      linkId,
      text,
      kind,
      parts: [],
      languages: [],
    })
    expect(differences(before, after)).toEqual([
      { ...at('name', 'Name', 'changed'), parts: ['required', 'limits'], before: 'Name' },
      { ...at('mood', 'How are you?', 'changed'), parts: ['text'], before: 'Mood' },
      at('tel', 'Phone', 'added'),
      at('fax', 'Fax', 'removed'),
    ])
  })

  it('leave answers without a home: of questions that are gone, or that take answers in another way', () => {
    const answers = { name: 'Alex', fax: '1', 'mood{well}': true, 'rows[r1]/x': 'y' }
    expect(homelessAnswers(form(name, mood('Mood')), answers)).toEqual(['fax', 'mood{well}', 'rows[r1]/x'])
  })

  it('differ by a signature, and by the files that are taken', () => {
    const extended = (item: JsonObject, ...extension: JsonObject[]) =>
      form({ linkId: 'q', text: 'Q', ...item, extension })
    const hl7 = (name: string, value: JsonObject) => ({ url: `${HL7}${name}`, ...value })
    const parts = (before: Questionnaire, after: Questionnaire) =>
      differences(before, after).map(({ parts }) => parts)
    const signed = hl7('questionnaire-signatureRequired', { valueCodeableConcept: { text: 'Consent' } })
    const text = { type: 'string' }
    const file = { type: 'attachment' }
    expect(parts(extended(text, signed), extended(text))).toEqual([['type']])
    expect(parts(extended(file), extended(file, hl7('maxSize', { valueDecimal: 5_000 })))).toEqual([
      ['limits'],
    ])
  })

  it('count what moves along by question: no row, and no option on its own', () => {
    const rows = { linkId: 'm', type: 'group', repeats: true, item: [{ linkId: 'n', type: 'string' }] }
    const answers = {
      name: 'Alex',
      fax: '1',
      'mood{well}': true,
      'mood{ill}': true,
      'm[r1]': 1,
      'm[r1]/n': 'x',
    }
    expect(answersThatMove(form(name, { ...mood('Mood'), repeats: true }, rows), answers)).toBe(3)
  })
})
