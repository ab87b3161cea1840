import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../kernel/json.ts'
import { parseQuestionnaire, type Reading } from './parse.ts'

const PUBLISHING = { publishing: true } as const
const read = (item: JsonObject, more: JsonObject = {}, reading: Reading = PUBLISHING) =>
  parseQuestionnaire(
    {
      ...{ resourceType: 'Questionnaire', title: 'Form', ...more },
      item: [{ linkId: 'q', type: 'string', text: 'Q', ...item }],
    },
    reading,
  )
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

  const designation = [{ language: 'es', value: 'Cama', colour: 'red' }]
  const set = (more: JsonObject, concept: JsonObject = {}): JsonObject => ({
    contained: [
      {
        ...{ resourceType: 'ValueSet', id: 'places', ...more },
        compose: { include: [{ system: 'urn:places', concept: [{ code: 'bed', ...concept }] }] },
      },
    ],
  })
  const CONCEPT = 'contained[0].compose.include[0].concept[0]'

  it.each<[string, JsonObject, JsonObject]>([
    [
      'item[0].enableWhen[0].colour',
      { enableWhen: [{ ...{ question: 'q2', operator: 'exists' }, answerBoolean: true, colour: 'red' }] },
      {},
    ],
    [
      'item[0].answerOption[0].colour',
      { type: 'choice', answerOption: [{ valueString: 'a', colour: 'red' }] },
      {},
    ],
    ['item[0].initial[0].colour', { initial: [{ valueString: 'a', colour: 'red' }] }, {}],
    ['contained[0].scope', {}, set({ scope: {} })],
    [`${CONCEPT}.colour`, {}, set({}, { colour: 'red' })],
    [`${CONCEPT}.designation[0].colour`, {}, set({}, { designation })],
  ])('are named below an item and in value sets: %s', (path, item, form) => {
    const other = { linkId: 'q2', type: 'string', text: 'Other' }
    const parsed = parseQuestionnaire(
      {
        ...{ resourceType: 'Questionnaire', title: 'Form', ...form },
        item: [{ linkId: 'q', type: 'string', text: 'Q', ...item }, other],
      },
      PUBLISHING,
    )
    expect(parsed.ok ? parsed.value.notes.map((note) => note.path) : parsed.error).toEqual([path])
  })

  const modifierExtension = [{ url: 'urn:not', valueBoolean: true }]
  it.each<[string, JsonObject, JsonObject]>([
    [
      'item[0].enableWhen[0]',
      { enableWhen: [{ ...{ question: 'q', operator: 'exists' }, answerBoolean: true, modifierExtension }] },
      {},
    ],
    ['item[0].initial[0]', { initial: [{ valueString: 'a', modifierExtension }] }, {}],
    ['contained[0]', {}, set({ modifierExtension })],
    [CONCEPT, {}, set({}, { modifierExtension })],
  ])('are refused where they change what is said: %s', (place, item, form) => {
    const parsed = read(item, form)
    expect(parsed.ok ? [] : parsed.error).toContainEqual(
      expect.objectContaining({ code: 'modifier_extension', path: `${place}.modifierExtension[0]` }),
    )
  })

  it('are refused where they are rules from outside', () => {
    const parsed = read({}, set({ implicitRules: 'urn:rules' }))
    expect(parsed.ok ? [] : parsed.error).toMatchObject([{ path: 'contained[0].implicitRules' }])
  })

  const amount = { value: 4, comparator: '>' }
  it.each<[string, JsonObject, JsonObject]>([
    ['a modifier in a start value', { initial: [{ valueString: 'a', modifierExtension }] }, {}],
    ['a modifier in a value set', {}, set({ modifierExtension })],
    ['rules from outside of a value set', {}, set({ implicitRules: 'urn:rules' })],
    ['another answerConstraint', { type: 'choice', answerConstraint: 'optionsOrType', answerOption }, {}],
    ['an option of two values', { answerOption: [{ valueString: 'a', valueInteger: 1 }] }, {}],
    ['a range as a start value', { type: 'quantity', initial: [{ valueQuantity: amount }] }, {}],
  ])(
    'are asked for before a form is published, and one that was published is read as ever: %s',
    (_, item, form) => {
      expect(read(item, form).ok).toBe(false)
      expect(read(item, form, {})).toMatchObject({ ok: true, value: { notes: [] } })
    },
  )

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
