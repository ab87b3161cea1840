import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assessAnswers } from '../assess.ts'
import { completeAnswers, enabledItems } from '../enable.ts'
import type { Answer, AnswerMap } from '../questionnaire.ts'
import { answerTo, calculated, form, HL7, item, read, shownIf } from './expression-forms.ts'
import { readForm } from './read-form.ts'

/** Expressions over the questions q0…q`last`, in groups and rows; those that make a circle are told apart below. */
const expressionsTo = (last: number) => {
  const one = fc.integer({ min: 0, max: last })
  const some = [
    one.map((n) => `${answerTo(`q${n}`)}.first()`),
    fc.tuple(one, one).map(([a, b]) => `${answerTo(`q${a}`)}.sum() + ${answerTo(`q${b}`)}.sum()`),
    one.map((n) => `iif(%resource.item.where(linkId = 'q${n}').exists(), 1, 0)`),
  ]
  const all = [
    "%resource.descendants().where(linkId.startsWith('q')).answer.count()",
    '%resource.item.count()',
    "%resource.item.where(linkId = 'rows').item.where(linkId = 'q4' or linkId in ('q5' | 'q0')).answer.value.sum()",
    "%resource.item.where(linkId = 'rows').count()",
    "%resource.item.where(linkId = 'rows').item.answer.value.first()",
    `${answerTo('q7')}.value.sum() + ${answerTo('q6')}.count()`,
  ]
  return last < 5 ? fc.oneof(...some) : fc.oneof(...some, ...all.map((text) => fc.constant(text)))
}
const MOMENTS = ['09:00', '09:00:30', '17:00:00']
const AMOUNTS = [{ value: 4, unit: 'kg' }, { value: 5, unit: 'kg' }, { value: 4, unit: 'lb' }, { value: 5 }]
const units = ['kg', 'lb'].map((code) => ({ url: `${HL7}questionnaire-unitOption`, valueCoding: { code } }))
const hidden = { url: `${HL7}questionnaire-hidden`, valueBoolean: true }
/** On the time q6 and the amount q7; the latter with a unit, or with the number alone. */
const plainCondition = fc
  .record({
    operator: fc.constantFrom('=', '!=', '>', '<', '>=', '<='),
    moment: fc.constantFrom(null, ...MOMENTS.map((each) => `${each}:00`.slice(0, 8))),
    amount: fc.constantFrom(...AMOUNTS),
  })
  .map(({ operator, moment, amount }) =>
    moment === null
      ? { question: 'q7', operator, answerQuantity: amount }
      : { question: 'q6', operator, answerTime: moment },
  )
const randomForm = fc
  .record({
    plain: fc.array(plainCondition, { minLength: 1, maxLength: 2 }),
    conditions: fc.tuple(
      ...[0, 1, 2, 3, 4, 5].map((n) =>
        n === 0
          ? fc.constant(undefined)
          : fc.option(
              expressionsTo(n - 1).map((text) => `(${text}) > 1`),
              { nil: undefined },
            ),
      ),
    ),
    calculations: fc.array(expressionsTo(5), { minLength: 1, maxLength: 4 }),
  })
  .map(({ plain, conditions: shown, calculations }) => {
    const q = (n: number) => item(`q${n}`, 'integer', ...(shown[n] ? [shownIf(shown[n])] : []))
    return form([
      q(0),
      q(1),
      { linkId: 'g', type: 'group', item: [q(2), q(3)] },
      { linkId: 'rows', type: 'group', repeats: true, item: [q(4), q(5)] },
      // Nobody sees it, so nobody is asked for it; what it holds decides all the same.
      { ...item('h', 'group', hidden), required: true, item: [{ ...item('q6', 'time'), required: true }] },
      { ...item('none', 'group', hidden), required: true, repeats: true, item: [item('in', 'string')] },
      {
        ...item('q7', 'quantity', ...units),
        enableWhen: plain.filter(({ question }) => question === 'q6'),
        enableBehavior: 'any',
      },
      {
        ...item('q8', 'integer', ...(shown[5] ? [shownIf(shown[5])] : [])),
        enableWhen: plain,
        enableBehavior: 'all',
      },
      ...calculations.map((text, index) => item(`c${index}`, 'integer', calculated(text))),
    ])
  })
const KEYS = [
  'q0',
  'q1',
  'q2',
  'q3',
  'rows[a]',
  'rows[a]/q4',
  'rows[a]/q5',
  'rows[b]',
  'rows[b]/q4',
  'rows[b]/q5',
  'q8',
]
const edit = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...KEYS), fc.option(fc.integer({ min: 0, max: 3 }))) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('q6'), fc.option(fc.constantFrom(...MOMENTS))) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('q7'), fc.option(fc.constantFrom(...AMOUNTS))) },
)
const edits = fc.array(edit, { minLength: 1, maxLength: 12 })

describe('evaluating again only what reads a change', () => {
  it('gives what a first evaluation gives, for any form and any edits', async () => {
    let sound = 0
    await fc.assert(
      fc.asyncProperty(randomForm, edits, async (json, steps) => {
        const used = await readForm(json)
        if (!used.ok) {
          expect(used.error[0]?.code).toBe('expression_loop')
          return
        }
        sound++
        let answers: AnswerMap = {}
        for (const [key, value] of steps) {
          const { [key]: _, ...others } = answers
          answers = value === null ? others : { ...others, [key]: value as Answer }
          const fresh = await read(json)
          expect(completeAnswers(used.value, answers)).toEqual(completeAnswers(fresh, answers))
          expect(enabledItems(used.value, answers).list.map((each) => each.key)).toEqual(
            enabledItems(fresh, answers).list.map((each) => each.key),
          )
        }
        // What the server accepts is what the device shows as asked.
        const { answers: kept, problems } = assessAnswers(used.value, answers)
        expect(problems.filter(({ code }) => code === 'required')).toEqual([])
        const asked = enabledItems(used.value, answers)
        for (const key of Object.keys(kept)) expect(asked.has(key.replace(/\[[^[\]]*\]$/, ''))).toBe(true)
      }),
      { numRuns: 40 },
    )
    expect(sound).toBeGreaterThan(30)
  })
})
