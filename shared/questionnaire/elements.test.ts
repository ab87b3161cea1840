import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../kernel/json.ts'
import { parseQuestionnaire } from './parse.ts'

const read = (item: JsonObject, more: JsonObject = {}) =>
  parseQuestionnaire({
    ...{ resourceType: 'Questionnaire', title: 'Form', ...more },
    item: [{ linkId: 'q', type: 'string', text: 'Q', ...item }],
  })
const notes = (...form: Parameters<typeof read>) => {
  const parsed = read(...form)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value.notes.map(({ code, path, message }) => `${code} at ${path}: ${message}`)
}
const answerOption: Json = [{ valueString: 'a' }]

describe('elements that R4 does not have', () => {
  it.each<[string, JsonObject, JsonObject, string]>([
    ['item', { disabledDisplay: 'hidden' }, {}, 'item[0].disabledDisplay'],
    ['item', { disabledDisplay: 'protected' }, {}, 'item[0].disabledDisplay'],
    ['item', { answerConstraint: 'optionsOnly' }, {}, 'item[0].answerConstraint'],
    ['item', { answerConstraint: 'optionsOrType' }, {}, 'item[0].answerConstraint'],
    ['item', { colour: 'red' }, {}, 'item[0].colour'],
    ['item', { _colour: { id: 'x' } }, {}, 'item[0]._colour'],
    ['form', {}, { versionAlgorithmString: 'semver' }, 'versionAlgorithmString'],
    ['form', {}, { versionAlgorithmCoding: { code: 'semver' } }, 'versionAlgorithmCoding'],
    ['form', {}, { copyrightLabel: 'All rights reserved' }, 'copyrightLabel'],
    ['form', {}, { answerConstraint: 'optionsOnly' }, 'answerConstraint'],
  ])('are named and left out: of the %s, %j %j', (_, item, form, path) => {
    const [note, ...others] = notes(item, form)
    expect(note).toMatch(`ignored_element at ${path}: The element`)
    expect(others).toEqual([])
  })

  it('are found in every item, and say what is done in their place', () => {
    const inside = {
      linkId: 'g',
      type: 'group',
      item: [{ linkId: 'in', type: 'string', disabledDisplay: 'hidden' }],
    }
    expect(notes({ ...inside })).toEqual([
      'ignored_element at item[0].item[0].disabledDisplay: The element disabledDisplay of FHIR R5 is ignored: a question that is not asked is not shown.',
    ])
  })

  it('are none of what R4 has', () => {
    const item = { definition: 'urn:x', prefix: '1', _prefix: {}, readOnly: false, code: [{ code: 'c' }] }
    const form = { status: 'active', _title: {}, derivedFrom: ['urn:y'], useContext: [], effectivePeriod: {} }
    expect(notes(item, form)).toEqual([])
  })

  it.each([
    ['choice', 'optionsOnly', true],
    ['choice', 'optionsOrString', false],
    ['choice', 'optionsOrType', false],
    ['open-choice', 'optionsOrString', true],
    ['open-choice', 'optionsOnly', false],
    ['string', 'optionsOnly', true],
    ['string', 'optionsOrType', false],
  ])('a %s question with answerConstraint %s is taken: %s', (type, answerConstraint, taken) => {
    const parsed = read({ type, answerConstraint, answerOption })
    const [found] = parsed.ok ? parsed.value.notes : parsed.error
    expect(parsed.ok).toBe(taken)
    expect(found).toMatchObject({
      code: taken ? 'ignored_element' : 'unsupported_element',
      path: 'item[0].answerConstraint',
    })
  })

  it('has choices of its own names', () => {
    const parsed = read({ type: 'coding', answerOption })
    expect(parsed.ok ? [] : parsed.error).toMatchObject([
      { code: 'unsupported_type', path: 'item[0].type', message: expect.stringContaining('choice') },
    ])
  })
})
