import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../kernel/json.ts'
import { assessAnswers } from './assess.ts'
import { initialAnswers } from './initial-answers.ts'
import { parseQuestionnaire } from './parse.ts'
import { progress } from './progress.ts'
import type { Answer, AnswerMap } from './questionnaire.ts'
import { textFields } from './text-fields.ts'
import { validateAnswers } from './validate.ts'

const HL7 = 'http://hl7.org/fhir/StructureDefinition/'
const parse = (...item: Json[]) => {
  const parsed = parseQuestionnaire({ resourceType: 'Questionnaire', title: 'Form', item })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}
const codes = (item: Json[], answers: AnswerMap) =>
  validateAnswers(parse(...item), answers, { today: '2026-11-22' }).map(({ key, code }) => `${key}: ${code}`)
const options = [{ valueCoding: { code: 'a' } }, { valueCoding: { code: 'b' } }]
const exclusive = {
  valueCoding: { code: 'none' },
  extension: [{ url: `${HL7}questionnaire-optionExclusive`, valueBoolean: true }],
}
const limit = (name: string, value: object) => ({ extension: [{ url: `${HL7}${name}`, ...value }] })

describe('validating one answer', () => {
  it.each<[string, Json, Answer, string | null]>([
    ['boolean', {}, true, null],
    ['boolean', {}, 'true', 'wrong_type'],
    ['integer', {}, 7, null],
    ['integer', {}, 7.5, 'not_whole'],
    ['integer', {}, '7', 'wrong_type'],
    ['integer', limit('minValue', { valueInteger: 0 }), -1, 'below_minimum'],
    ['integer', limit('maxValue', { valueInteger: 10 }), 11, 'above_maximum'],
    ['decimal', limit('maxDecimalPlaces', { valueInteger: 1 }), 1.25, 'too_many_decimals'],
    ['decimal', limit('maxDecimalPlaces', { valueInteger: 1 }), 0.3, null],
    ['string', { maxLength: 3 }, 'four', 'too_long'],
    ['string', limit('minLength', { valueInteger: 3 }), 'ab', 'too_short'],
    ['string', limit('regex', { valueString: '[0-9]{5}' }), '1234', 'pattern'],
    ['string', limit('regex', { valueString: '[0-9]{5}' }), '12345', null],
    ['text', {}, 'x'.repeat(20_001), 'too_long'],
    ['date', {}, '1990-02-29', 'invalid_date'],
    ['date', {}, '1992-02-29', null],
    ['date', {}, '2/1/1990', 'invalid_date'],
    ['date', {}, '0090-12-19', 'date_implausible'],
    ['date', {}, '2027-01-01', null],
    ['date', limit('maxValue', { valueDate: '2026-12-31' }), '2027-01-01', 'above_maximum'],
    ['date', { code: [{ code: '21112-8' }] }, '2026-11-23', 'date_in_future'],
    ['date', { code: [{ code: '21112-8' }] }, '1880-01-01', 'date_implausible'],
    ['date', { code: [{ code: '21112-8' }] }, '1990', 'invalid_date'],
    ['date', { code: [{ code: '21112-8' }] }, '1990-01-02', null],
    ['dateTime', {}, '2026-11-22T10:30:00Z', null],
    ['dateTime', {}, '2026-11-22T25:30:00Z', 'invalid_date'],
    ['time', {}, '23:59', null],
    ['time', {}, '24:00', 'invalid_time'],
    ['time', limit('minValue', { valueTime: '09:00:00' }), '09:00', null],
    ['time', limit('minValue', { valueTime: '09:00:00' }), '08:59', 'below_minimum'],
    ['time', { answerOption: [{ valueTime: '09:00:00' }] }, '09:00:00', null],
    ['time', { answerOption: [{ valueTime: '09:00:00' }] }, '10:00:00', 'not_an_option'],
    ['date', limit('maxValue', { valueDate: '2020' }), '2020-12-31', null],
    ['date', limit('maxValue', { valueDate: '2020' }), '2021-01-01', 'above_maximum'],
    ['dateTime', limit('maxValue', { valueDateTime: '2026-01-01' }), '2026-01-01T23:00:00Z', null],
    [
      ...(['dateTime', limit('minValue', { valueDateTime: '2026-01-01T00:00:00Z' })] as const),
      ...(['2026-01-01T01:00:00+02:00', 'below_minimum'] as const),
    ],
    ['url', {}, 'https://example.org/x', null],
    ['url', {}, 'javascript:alert(1)', 'invalid_url'],
    ['choice', { answerOption: options }, 'a', null],
    ['choice', { answerOption: options }, 'z', 'not_an_option'],
    ['open-choice', { answerOption: options }, 'my own words', null],
    [
      'quantity',
      limit('questionnaire-unitOption', { valueCoding: { code: 'cm' } }),
      { value: 1, code: 'cm' },
      null,
    ],
    [
      'quantity',
      limit('questionnaire-unitOption', { valueCoding: { code: 'cm' } }),
      { value: 1, code: 'm' },
      'invalid_unit',
    ],
    ['quantity', {}, 5, 'wrong_type'],
  ])('%s %j: %j gives %s', (type, more, value, code) => {
    const item = { linkId: 'q', type, ...(more as object) }
    expect(codes([item], { q: value })).toEqual(code === null ? [] : [`q: ${code}`])
  })
})

describe('what lies in a hidden group', () => {
  const inside = { linkId: 'a', type: 'string', text: 'A', required: true }
  const form = parse(
    {
      ...{ linkId: 'g', type: 'group', text: 'G', item: [inside] },
      ...limit('questionnaire-hidden', { valueBoolean: true }),
    },
    { linkId: 'z', type: 'string', text: 'Z' },
  )

  it('is not asked for: nobody sees it', () => {
    expect(validateAnswers(form, { z: 'answered' })).toEqual([])
    expect(progress(form, { z: 'answered' })).toMatchObject({ answered: 1, total: 1 })
  })

  it('may hold a value all the same', () => {
    expect(assessAnswers(form, { a: 'kept' }).answers).toEqual({ a: 'kept' })
  })
})

describe('validating a form', () => {
  it('wants required answers of what is asked only, in the order of the form', () => {
    const form = [
      { linkId: 'a', type: 'boolean', required: true },
      {
        linkId: 'g',
        type: 'group',
        required: true,
        enableWhen: [{ question: 'a', operator: '=', answerBoolean: true }],
        item: [{ linkId: 'b', type: 'string', required: true }],
      },
      { linkId: 'c', type: 'string', required: true },
      {
        linkId: 'h',
        type: 'string',
        required: true,
        extension: [{ url: `${HL7}questionnaire-hidden`, valueBoolean: true }],
      },
      { linkId: 'd', type: 'display', required: true },
    ]
    expect(codes(form, {})).toEqual(['a: required', 'c: required'])
    expect(codes(form, { a: true, c: '   ' })).toEqual(['b: required', 'c: required'])
    expect(codes(form, { a: false, c: 'x' })).toEqual([])
  })

  it('refuses answers that nobody asked for', () => {
    const form = [
      { linkId: 'a', type: 'boolean' },
      { linkId: 'b', type: 'string', enableWhen: [{ question: 'a', operator: '=', answerBoolean: true }] },
    ]
    expect(codes(form, { b: 'x', z: 1, 'a{b}': true, 'a[r]': 1 })).toEqual([
      'a{b}: unknown_question',
      'a[r]: unknown_question',
      'b: not_asked',
      'z: unknown_question',
    ])
  })

  it('checks several options one by one', () => {
    const form = [
      { linkId: 'q', type: 'choice', repeats: true, required: true, answerOption: [...options, exclusive] },
    ]
    expect(codes(form, {})).toEqual(['q: required'])
    expect(codes(form, { 'q{a}': true, 'q{b}': true })).toEqual([])
    expect(codes(form, { 'q{a}': true, 'q{none}': true })).toEqual(['q: exclusive_option'])
    expect(codes(form, { 'q{a}': true, 'q{z}': true })).toEqual(['q{z}: not_an_option'])
    expect(codes(form, { 'q{a}': 'yes' })).toEqual(['q: required', 'q{a}: wrong_type'])
  })

  it('checks rows: how many, and each of them', () => {
    const more = [{ url: `${HL7}questionnaire-maxOccurs`, valueInteger: 2 }]
    const form = [
      {
        linkId: 'm',
        type: 'group',
        repeats: true,
        required: true,
        extension: more,
        item: [{ linkId: 'n', type: 'string', required: true }],
      },
    ]
    expect(codes(form, {})).toEqual(['m: required'])
    expect(codes(form, { 'm[r1]': 1 })).toEqual(['m[r1]/n: required'])
    expect(codes(form, { 'm[r1]': 1, 'm[r1]/n': 'x', 'm[r2]/n': 'removed row' })).toEqual([
      'm[r2]/n: not_asked',
    ])
    const three = { 'm[r1]': 1, 'm[r2]': 2, 'm[r3]': 3, 'm[r1]/n': 'x', 'm[r2]/n': 'x', 'm[r3]/n': 'x' }
    expect(codes(form, three)).toEqual(['m: too_many'])
  })

  it('takes any answers, and finds every foreign one', () => {
    const form = parse(
      { linkId: 'a', type: 'boolean' },
      { linkId: 'c', type: 'choice', repeats: true, answerOption: options },
      { linkId: 'm', type: 'group', repeats: true, item: [{ linkId: 'n', type: 'text' }] },
    )
    const key = fc.oneof(
      fc.constantFrom('a', 'c', 'c{a}', 'c{z}', 'm[r1]', 'm[r1]/n', 'm[r1]/m[r1]/n', '__proto__', 'toString'),
      fc.string(),
    )
    const value = fc.oneof(fc.boolean(), fc.string(), fc.double(), fc.dictionary(fc.string(), fc.string()))
    const answers = fc.array(fc.tuple(key, value)).map((entries) => Object.fromEntries(entries) as AnswerMap)
    fc.assert(
      fc.property(answers, (given) => {
        const assessed = assessAnswers(form, given)
        const left = Object.keys(assessed.answers)
        expect(Object.keys(given)).toEqual(expect.arrayContaining(left))
        const foreign = left.filter((each) => !/^(?:a|c\{[ab]\}|c\{z\}|m\[[\w-]+\](?:\/n)?)$/.test(each))
        expect(foreign).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('gives parameters for the words of a message', () => {
    const form = parse({ linkId: 'q', type: 'string', maxLength: 3 })
    expect(validateAnswers(form, { q: 'four' })).toEqual([
      { key: 'q', linkId: 'q', code: 'too_long', params: { max: 3, length: 4 } },
    ])
  })

  it('starts with what the form prefills', () => {
    const form = parse(
      { linkId: 'a', type: 'integer', initial: [{ valueInteger: 5 }] },
      {
        linkId: 'b',
        type: 'choice',
        repeats: true,
        answerOption: options,
        initial: [{ valueCoding: { code: 'b' } }],
      },
    )
    expect(initialAnswers(form)).toEqual({ a: 5, 'b{b}': true })
  })

  it('counts progress by section, of what is asked and shown', () => {
    const form = parse(
      { linkId: 'a', type: 'boolean', required: true },
      {
        linkId: 'g',
        type: 'group',
        text: 'Page',
        enableWhen: [{ question: 'a', operator: '=', answerBoolean: true }],
        item: [
          { linkId: 'b', type: 'string', required: true },
          { linkId: 'c', type: 'string' },
        ],
      },
    )
    expect(progress(form, {}).sections).toMatchObject([
      { id: 'a', answered: 0, total: 1, missing: 1 },
      { id: 'g', answered: 0, total: 0 },
    ])
    expect(progress(form, { a: true, c: 'x' })).toMatchObject({
      answered: 2,
      total: 3,
      sections: [{}, { answered: 1, missing: 1 }],
    })
  })

  it('counts a list of rows as open until it has one', () => {
    const rows = { linkId: 'm', type: 'group', repeats: true, required: true }
    const form = parse({ ...rows, item: [{ linkId: 'n', type: 'string' }] })
    expect(progress(form, {}).sections).toMatchObject([{ answered: 0, total: 1, missing: 1 }])
    expect(progress(form, { 'm[r1]': 1, 'm[r1]/n': 'x' })).toMatchObject({ answered: 2, total: 2 })
  })

  it('[M6] knows the long texts, inside rows too', () => {
    const isText = textFields(
      parse(
        { linkId: 't', type: 'text' },
        { linkId: 's', type: 'string' },
        { linkId: 'm', type: 'group', repeats: true, item: [{ linkId: 'n', type: 'text' }] },
      ),
    )
    expect(['answers/t', 'answers/m[r1]/n'].every(isText)).toBe(true)
    expect(['answers/s', 'answers/m[r1]', 'answers/zzz', 'contested/t', 't'].some(isText)).toBe(false)
  })
})
