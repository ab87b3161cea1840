import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../kernel/json.ts'
import { enabledItems } from './enable.ts'
import { dropHidden } from './hidden-answers.ts'
import { parseQuestionnaire } from './parse.ts'
import type { AnswerMap } from './questionnaire.ts'

const parse = (...item: Json[]) => {
  const parsed = parseQuestionnaire({ resourceType: 'Questionnaire', title: 'Form', item })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}
const KG = { system: 'http://unitsofmeasure.org', code: 'kg', display: 'kilograms' }
const LB = { system: 'http://unitsofmeasure.org', code: '[lb_av]', display: 'pounds' }
const unit = (kind: 'unit' | 'unitOption', valueCoding: Json) => ({
  url: `http://hl7.org/fhir/StructureDefinition/questionnaire-${kind}`,
  valueCoding,
})
const options = ['A', 'B', 'C'].map((code) => ({ valueCoding: { code } }))
const questions: Record<string, Json> = {
  boolean: { linkId: 'q', type: 'boolean' },
  integer: { linkId: 'q', type: 'integer' },
  string: { linkId: 'q', type: 'string' },
  date: { linkId: 'q', type: 'date' },
  dateTime: { linkId: 'q', type: 'dateTime' },
  time: { linkId: 'q', type: 'time' },
  choice: { linkId: 'q', type: 'choice', answerOption: options },
  choices: { linkId: 'q', type: 'choice', repeats: true, answerOption: options },
  quantity: { linkId: 'q', type: 'quantity' },
  kilograms: { linkId: 'q', type: 'quantity', extension: [unit('unit', KG)] },
  weight: {
    ...{ linkId: 'q', type: 'quantity' },
    extension: [unit('unitOption', KG), unit('unitOption', LB), unit('unitOption', { display: 'stone' })],
  },
}
const over = (value: number, more: Json) => ({ answerQuantity: { value, ...(more as object) } })

describe('skip logic', () => {
  it.each<[string, string, Json, AnswerMap, boolean]>([
    ['boolean', 'exists', { answerBoolean: true }, { q: false }, true],
    ['boolean', 'exists', { answerBoolean: true }, {}, false],
    ['boolean', 'exists', { answerBoolean: false }, {}, true],
    ['string', 'exists', { answerBoolean: true }, { q: '  ' }, false],
    ['boolean', '=', { answerBoolean: false }, { q: false }, true],
    ['boolean', '=', { answerBoolean: false }, {}, false],
    ['boolean', '!=', { answerBoolean: true }, {}, true],
    ['boolean', '!=', { answerBoolean: true }, { q: true }, false],
    // FHIR writes seconds, a clock does not.
    ['time', '=', { answerTime: '09:00:00' }, { q: '09:00' }, true],
    ['time', '>=', { answerTime: '09:00:00' }, { q: '09:00' }, true],
    ['time', '<', { answerTime: '09:00:00' }, { q: '09:00' }, false],
    ['time', '>', { answerTime: '09:00:00' }, { q: '09:00:30' }, true],
    ['time', '=', { answerTime: '09:00:00' }, { q: '09:00:30' }, false],
    ['time', '=', { answerTime: '09:00:00.50' }, { q: '09:00:00.5' }, true],
    ['time', '=', { answerTime: '09:00:00.0' }, { q: '09:00' }, true],
    ['integer', '>', { answerInteger: 4 }, { q: 5 }, true],
    ['integer', '>', { answerInteger: 4 }, { q: 4 }, false],
    ['integer', '>=', { answerInteger: 4 }, { q: 4 }, true],
    ['integer', '<', { answerInteger: 4 }, { q: 10 }, false],
    ['integer', '<=', { answerInteger: 4 }, {}, false],
    ['integer', '<=', { answerInteger: 4 }, { q: '3' }, false],
    ['string', '>', { answerString: 'tes' }, { q: 'test' }, true],
    ['date', '>=', { answerDate: '2020-05-01' }, { q: '2020-05-01' }, true],
    ['date', '<', { answerDate: '2020-05-01' }, { q: '2020-05-02' }, false],
    ['dateTime', '=', { answerDateTime: '2020-05-01T10:00:00Z' }, { q: '2020-05-01T12:00:00+02:00' }, true],
    ['dateTime', '<=', { answerDateTime: '2020-05-01T10:00' }, { q: '2020-05-01T10:00:00' }, true],
    ['choice', '=', { answerCoding: { code: 'B' } }, { q: 'B' }, true],
    ['choice', '!=', { answerCoding: { code: 'B' } }, { q: 'A' }, true],
    ['choices', '=', { answerCoding: { code: 'B' } }, { 'q{A}': true, 'q{B}': true }, true],
    ['choices', '!=', { answerCoding: { code: 'B' } }, { 'q{A}': true, 'q{B}': true }, false],
    ['choices', 'exists', { answerBoolean: true }, { 'q{Z}': true }, false],
    ['quantity', '>', { answerQuantity: { value: 4 } }, { q: { value: 5, unit: 'kg' } }, true],
    // In another unit an amount is neither equal nor more nor less.
    ['weight', '>', over(4, { unit: 'pounds' }), { q: { value: 5, unit: 'kg' } }, false],
    ['weight', '<', over(4, { unit: 'pounds' }), { q: { value: 3, unit: 'kg' } }, false],
    ['weight', '<=', over(4, { unit: 'pounds' }), { q: { value: 4, unit: 'kg' } }, false],
    ['weight', '=', over(4, { unit: 'pounds' }), { q: { value: 4, unit: 'kg' } }, false],
    ['weight', '!=', over(4, { unit: 'pounds' }), { q: { value: 4, unit: 'kg' } }, true],
    ['weight', '!=', over(4, { unit: 'pounds' }), { q: { value: 4, unit: '[lb_av]' } }, false],
    ['weight', 'exists', { answerBoolean: true }, { q: { value: 5, unit: 'kg' } }, true],
    // Without a unit in the condition: the number alone.
    ['weight', '>', over(4, {}), { q: { value: 5, unit: 'kg' } }, true],
    ['weight', '>', over(4, {}), { q: { value: 5 } }, true],
    // By code, whatever the words beside it say; by a common name where one has words only.
    ['weight', '>', over(4, { ...KG, unit: 'kilos' }), { q: { value: 5, unit: 'kg' } }, true],
    ['weight', '>', over(4, { code: 'kg', unit: 'pounds' }), { q: { value: 5, unit: '[lb_av]' } }, false],
    ['weight', '>', over(4, { system: 'urn:x', code: 'kg' }), { q: { value: 5, unit: 'kg' } }, false],
    ['weight', '>', over(4, { unit: 'kg' }), { q: { value: 5, unit: 'kg' } }, true],
    ['weight', '>', over(4, { unit: 'kilograms' }), { q: { value: 5, unit: 'kg', code: 'kg' } }, true],
    ['weight', '>', over(4, { code: 'stone' }), { q: { value: 5, unit: 'stone' } }, true],
    // An answer without a unit: in that of its question where there is one, else in none.
    ['kilograms', '>', over(4, { code: 'kg' }), { q: { value: 5 } }, true],
    ['kilograms', '>', over(4, { unit: 'pounds' }), { q: { value: 5 } }, false],
    ['kilograms', '>', over(4, { code: 'kg' }), { q: { value: 5, unit: 'pounds' } }, false],
    ['weight', '>', over(4, { code: 'kg' }), { q: { value: 5 } }, false],
    ['quantity', '>', over(4, { code: 'kg' }), { q: { value: 5 } }, false],
    ['quantity', '>', over(4, { code: 'kg' }), { q: { value: 5, unit: 'kg' } }, true],
  ])('%s %s %j with %j: %s', (type, operator, answer, answers, asked) => {
    const when = { question: 'q', operator, ...(answer as object) }
    const form = parse(questions[type] ?? null, { linkId: 'a', type: 'string', enableWhen: [when] })
    expect(enabledItems(form, answers).has('a')).toBe(asked)
  })

  const when = (question: string, answer: boolean) => ({ question, operator: '=', answerBoolean: answer })
  it.each<[string, AnswerMap, boolean]>([
    ['all', { x: true }, false],
    ['all', { x: true, y: true }, true],
    ['any', { x: true }, true],
    ['any', {}, false],
  ])('asks when %s of the conditions hold (%j: %s)', (enableBehavior, answers, asked) => {
    const form = parse(
      { linkId: 'x', type: 'boolean' },
      { linkId: 'y', type: 'boolean' },
      { linkId: 'a', type: 'string', enableBehavior, enableWhen: [when('x', true), when('y', true)] },
    )
    expect(enabledItems(form, answers).has('a')).toBe(asked)
  })

  it('counts the answer of a question that is not asked as none, through a chain in any order', () => {
    const form = parse(
      { linkId: 'c', type: 'string', enableWhen: [when('b', true)] },
      { linkId: 'b', type: 'boolean', enableWhen: [when('a', true)] },
      { linkId: 'a', type: 'boolean' },
    )
    expect(enabledItems(form, { a: true, b: true }).has('c')).toBe(true)
    expect(enabledItems(form, { a: false, b: true }).has('c')).toBe(false)
  })

  it('hides everything below a group that is not asked', () => {
    const inner = { linkId: 'i', type: 'group', item: [{ linkId: 'q', type: 'string' }] }
    const form = parse(
      { linkId: 'a', type: 'boolean' },
      { linkId: 'g', type: 'group', enableWhen: [when('a', true)], item: [inner] },
    )
    expect(enabledItems(form, {}).list.map(({ key }) => key)).toEqual(['a'])
    expect(enabledItems(form, { a: true }).list.map(({ key }) => key)).toEqual(['a', 'g', 'i', 'q'])
  })

  const rows = parse(
    {
      linkId: 'm',
      type: 'group',
      repeats: true,
      item: [
        { linkId: 'daily', type: 'boolean' },
        { linkId: 'dose', type: 'string', enableWhen: [when('daily', true)] },
      ],
    },
    { linkId: 'reminder', type: 'boolean', enableWhen: [when('daily', true)] },
  )

  it('decides inside a row by that row, and outside by any', () => {
    const answers = { 'm[r1]': 2, 'm[r2]': 1, 'm[r1]/daily': true, 'm[r2]/daily': false }
    expect(enabledItems(rows, answers).list.map(({ key }) => key)).toEqual([
      'm',
      'm[r2]/daily',
      'm[r1]/daily',
      'm[r1]/dose',
      'reminder',
    ])
    expect(enabledItems(rows, { 'm[r2]': 1, 'm[r2]/daily': false }).has('reminder')).toBe(false)
  })

  it('drops answers that are not asked, of removed rows, and of unknown questions', () => {
    const answers = {
      'm[r1]': 1,
      'm[r1]/daily': false,
      'm[r1]/dose': 'kept in the draft only',
      'm[gone]/daily': true,
      reminder: true,
      nothing: 'x',
      'm{x}': true,
    }
    expect(dropHidden(rows, answers)).toEqual({ 'm[r1]': 1, 'm[r1]/daily': false })
  })

  it('drops nothing more the second time', () => {
    const keys = ['m[r1]', 'm[r2]', 'm[r1]/daily', 'm[r1]/dose', 'm[r2]/dose', 'reminder', 'zzz']
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...keys), fc.oneof(fc.boolean(), fc.string(), fc.nat())),
        (answers) => {
          const once = dropHidden(rows, answers)
          expect(dropHidden(rows, once)).toEqual(once)
          expect(Object.keys(answers)).toEqual(expect.arrayContaining(Object.keys(once)))
        },
      ),
    )
  })

  it('decides a chain of 2,000 conditions without exhausting the stack', () => {
    const chain = Array.from({ length: 2_000 }, (_, index) => ({
      linkId: `q${index}`,
      type: 'boolean',
      ...(index > 0 ? { enableWhen: [when(`q${index - 1}`, true)] } : {}),
    }))
    const answers = Object.fromEntries(chain.map(({ linkId }) => [linkId, true]))
    expect(enabledItems(parse(...chain), answers).list).toHaveLength(2_000)
  })
})
