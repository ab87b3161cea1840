import { describe, expect, it } from 'vitest'
import { assessAnswers } from '../assess.ts'
import { completeAnswers, enabledItems } from '../enable.ts'
import { initialAnswers } from '../initial-answers.ts'
import { validateAnswers } from '../validate.ts'
import {
  answerTo,
  calculated,
  form,
  HL7,
  initially,
  item,
  must,
  read,
  refusals,
  SDC,
  shownIf,
  variable,
} from './expression-forms.ts'

const BMI = form([
  item('height', 'decimal'),
  item('weight', 'decimal'),
  item('bmi', 'decimal', calculated(`(${answerTo('weight')} / ${answerTo('height')}.power(2)).round(1)`)),
  item('heavy', 'string', shownIf(`${answerTo('bmi')} > 30`)),
])

describe('expressions', () => {
  it('calculates, and asks by what was calculated', async () => {
    const bmi = await read(BMI)
    expect(completeAnswers(bmi, { height: 1.8, weight: 65 })).toEqual({ height: 1.8, weight: 65, bmi: 20.1 })
    expect(enabledItems(bmi, { height: 1.8, weight: 65 }).has('heavy')).toBe(false)
    expect(enabledItems(bmi, { height: 1.8, weight: 130 }).has('heavy')).toBe(true)
    expect(completeAnswers(bmi, { height: 1.8 })).toEqual({ height: 1.8 })
  })

  it('never believes a calculated answer, and never hands in what is not asked', async () => {
    const bmi = await read(BMI)
    const offered = { height: 1.8, weight: 65, bmi: 99, heavy: 'hidden' }
    expect(assessAnswers(bmi, offered)).toMatchObject({
      answers: { height: 1.8, weight: 65, bmi: 20.1 },
      problems: [],
    })
    expect(assessAnswers(bmi, offered).answers).not.toHaveProperty('heavy')
  })

  it('asks plain conditions of calculated questions', async () => {
    const json = form([
      item('a', 'integer'),
      item('double', 'integer', calculated(`${answerTo('a')} * 2`)),
      { linkId: 'b', type: 'string', enableWhen: [{ question: 'double', operator: '>', answerInteger: 9 }] },
    ])
    const doubled = await read(json)
    expect(enabledItems(doubled, { a: 4 }).has('b')).toBe(false)
    expect(enabledItems(doubled, { a: 5 }).has('b')).toBe(true)
  })

  it('sees variables of the form and of the row, and the row it stands in', async () => {
    const rows = await read(
      form(
        [
          item('factor', 'integer'),
          {
            linkId: 'meal',
            type: 'group',
            repeats: true,
            extension: [variable('grams', "%context.item.where(linkId = 'grams').answer.value")],
            item: [
              item('grams', 'integer'),
              item('sugar', 'integer', calculated('%grams * %factor')),
              item('why', 'string', shownIf('%grams > 10')),
            ],
          },
          item(
            'sum',
            'integer',
            calculated("%resource.item.item.where(linkId = 'sugar').answer.value.sum()"),
          ),
        ],
        [variable('factor', "item.where(linkId = 'factor').answer.value")],
      ),
    )
    const answers = { factor: 3, 'meal[a]': 1, 'meal[a]/grams': 5, 'meal[b]': 2, 'meal[b]/grams': 20 }
    expect(completeAnswers(rows, answers)).toEqual({
      ...answers,
      'meal[a]/sugar': 15,
      'meal[b]/sugar': 60,
      sum: 75,
    })
    // A row that goes takes its part of the sum along.
    const { 'meal[a]': _, ...left } = answers
    expect(completeAnswers(rows, left)).toMatchObject({ sum: 60 })
    expect(completeAnswers(rows, { ...answers, 'meal[a]/grams': 6 })).toMatchObject({ sum: 78 })
  })

  it('calculates again when a question that it reads is not asked any more', async () => {
    const json = form([
      item('a', 'integer'),
      item('b', 'integer', shownIf(`${answerTo('a')} > 1`)),
      item('c', 'integer', calculated(`${answerTo('b')}.sum() + 1`)),
    ])
    const chain = await read(json)
    expect(completeAnswers(chain, { a: 2, b: 5 })).toMatchObject({ c: 6 })
    expect(completeAnswers(chain, { a: 1, b: 5 })).toEqual(completeAnswers(await read(json), { a: 1, b: 5 }))
    expect(completeAnswers(chain, { a: 1, b: 5 })).not.toMatchObject({ c: 6 })
  })

  it('weighs answers wherever they stand, and leaves out the question that asks', async () => {
    const scored = (linkId: string) => ({
      linkId,
      type: 'choice',
      answerOption: [0, 2].map((weight) => ({
        valueCoding: { code: `w${weight}`, extension: [{ url: `${HL7}ordinalValue`, valueDecimal: weight }] },
      })),
    })
    const sum = await read(
      form([
        { linkId: 'g', type: 'group', item: [scored('a'), scored('b')] },
        item(
          'total',
          'decimal',
          calculated("%resource.descendants().where(linkId != 'total').answer.weight().sum()"),
        ),
      ]),
    )
    expect(completeAnswers(sum, { a: 'w2', b: 'w2' })).toMatchObject({ total: 4 })
    expect(completeAnswers(sum, { a: 'w2', b: 'w0' })).toMatchObject({ total: 2 })
  })

  it('begins with what its initial expressions say', async () => {
    const started = await read(
      form([
        { ...item('a', 'integer', initially('1 + 2')) },
        { linkId: 'b', type: 'string', initial: [{ valueString: 'given' }] },
        item('c', 'integer', calculated(`${answerTo('a')} + 1`)),
      ]),
    )
    expect(initialAnswers(started)).toEqual({ a: 3, b: 'given' })
  })

  it('keeps a form from being handed in while a rule of it is broken, in the words of the form', async () => {
    const checked = await read(
      form(
        [item('from', 'integer'), item('to', 'integer')],
        [must('The end comes after the start.', `${answerTo('from')} <= ${answerTo('to')}`)],
      ),
    )
    expect(validateAnswers(checked, { from: 2, to: 1 })).toEqual([
      {
        key: 'from',
        linkId: 'from',
        code: 'constraint',
        params: { message: 'The end comes after the start.' },
      },
    ])
    expect(validateAnswers(checked, { from: 1, to: 2 })).toEqual([])
    expect(validateAnswers(checked, { from: 1 })).toEqual([])
  })

  it('gives up at a number of steps, and has no value then', async () => {
    const many = Array.from({ length: 200 }, (_, index) => item(`q${index}`, 'integer'))
    const costly = '%resource.item.where(%resource.item.where(%resource.item.exists()).exists()).count()'
    const slow = await read(form([...many, item('n', 'integer', calculated(costly))]))
    const answers = Object.fromEntries(many.map(({ linkId }) => [String(linkId), 1]))
    expect(completeAnswers(slow, answers)).not.toHaveProperty('n')
  })

  it.each([
    ['no FHIRPath', [item('a', 'integer', calculated('1 +'))], /^wrong_expression at item\[0\]/],
    [
      'another language',
      [
        item('a', 'integer', {
          url: `${SDC}calculatedExpression`,
          valueExpression: { language: 'text/cql', expression: '1' },
        }),
      ],
      /^unsupported_language at item\[0\].*text\/cql/,
    ],
    [
      'an unknown variable',
      [item('a', 'integer', calculated('%patient.age'))],
      /^unknown_variable .*%patient/,
    ],
    ['an unknown question', [item('a', 'integer', calculated(answerTo('zz')))], /^unknown_question .*"zz"/],
    [
      'a function that asks a server',
      [item('a', 'boolean', calculated('%resource.resolve().exists()'))],
      /^unsupported_function .*resolve/,
    ],
    [
      'a function that may not end',
      [item('a', 'boolean', calculated("repeat('x' & $this).exists()"))],
      /^unsupported_function/,
    ],
    ['itself', [item('a', 'integer', calculated(`${answerTo('a')} + 1`))], /^expression_loop .*a → a/],
    [
      'a circle',
      [
        item('a', 'integer', calculated(answerTo('b'))),
        {
          linkId: 'b',
          type: 'integer',
          enableWhen: [{ question: 'a', operator: 'exists', answerBoolean: true }],
        },
      ],
      /^expression_loop at item\[0\].*b → a → b/,
    ],
    [
      'a condition on the clock',
      [
        item('year', 'integer', calculated('today().toString().substring(0, 4).toInteger()')),
        item('b', 'string', shownIf(`${answerTo('year')} > 2026`)),
      ],
      /^condition_on_the_clock at item\[1\]/,
    ],
    [
      'a calculated group',
      [{ ...item('g', 'group', calculated('1')), item: [item('a', 'string')] }],
      /^unsupported_calculation/,
    ],
  ])('refuses %s by name and path', async (_, items, message) => {
    expect((await refusals(form(items)))[0]).toMatch(message)
  })

  it('refuses variables that need themselves', async () => {
    const json = form([item('a', 'integer', calculated('%x'))], [variable('x', '%y'), variable('y', '%x')])
    expect((await refusals(json))[0]).toMatch(/^expression_loop .*%[xy]/)
  })
})
