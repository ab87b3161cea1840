import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../kernel/json.ts'
import { assessAnswers } from '../assess.ts'
import { completeAnswers, enabledItems } from '../enable.ts'
import { initialAnswers } from '../initial-answers.ts'
import type { AnswerMap, Questionnaire } from '../questionnaire.ts'
import { validateAnswers } from '../validate.ts'
import { readForm } from './read-form.ts'

const SDC = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-'
const HL7 = 'http://hl7.org/fhir/StructureDefinition/'
const fhirpath = (expression: string, name?: string): JsonObject => ({
  language: 'text/fhirpath',
  expression,
  ...(name ? { name } : {}),
})
const calculated = (text: string) => ({
  url: `${SDC}calculatedExpression`,
  valueExpression: fhirpath(text),
})
const shownIf = (text: string) => ({
  url: `${SDC}enableWhenExpression`,
  valueExpression: fhirpath(text),
})
const initially = (text: string) => ({
  url: `${SDC}initialExpression`,
  valueExpression: fhirpath(text),
})
const variable = (name: string, text: string) => ({
  url: `${HL7}variable`,
  valueExpression: fhirpath(text, name),
})
const must = (human: string, text: string) => ({
  url: `${HL7}questionnaire-constraint`,
  extension: [
    { url: 'key', valueId: 'c' },
    { url: 'severity', valueCode: 'error' },
    { url: 'human', valueString: human },
    { url: 'expression', valueString: text },
  ],
})
const item = (linkId: string, type: string, ...extension: Json[]): JsonObject => ({ linkId, type, extension })
const form = (item: readonly Json[], extension: readonly Json[] = []): JsonObject => ({
  resourceType: 'Questionnaire',
  title: 'Form',
  item,
  extension,
})
const read = async (json: Json): Promise<Questionnaire> => {
  const parsed = await readForm(json)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}
const refusals = async (json: Json) => {
  const parsed = await readForm(json)
  return parsed.ok ? [] : parsed.error.map(({ code, path, message }) => `${code} at ${path}: ${message}`)
}
const answerTo = (linkId: string) => `%resource.descendants().where(linkId = '${linkId}').answer.value`
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
  ]
  return last < 5 ? fc.oneof(...some) : fc.oneof(...some, ...all.map((text) => fc.constant(text)))
}
const randomForm = fc
  .record({
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
  .map(({ conditions: shown, calculations }) => {
    const q = (n: number) => item(`q${n}`, 'integer', ...(shown[n] ? [shownIf(shown[n])] : []))
    return form([
      q(0),
      q(1),
      { linkId: 'g', type: 'group', item: [q(2), q(3)] },
      { linkId: 'rows', type: 'group', repeats: true, item: [q(4), q(5)] },
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
]
const edits = fc.array(fc.tuple(fc.constantFrom(...KEYS), fc.option(fc.integer({ min: 0, max: 3 }))), {
  minLength: 1,
  maxLength: 12,
})

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
        const answers: Record<string, AnswerMap[string]> = {}
        for (const [key, value] of steps) {
          if (value === null) delete answers[key]
          else answers[key] = value
          const fresh = await read(json)
          expect(completeAnswers(used.value, answers)).toEqual(completeAnswers(fresh, answers))
          expect(enabledItems(used.value, answers).list.map((each) => each.key)).toEqual(
            enabledItems(fresh, answers).list.map((each) => each.key),
          )
        }
        // What the server accepts is what the device shows as asked.
        const { answers: kept } = assessAnswers(used.value, answers)
        const asked = enabledItems(used.value, answers)
        for (const key of Object.keys(kept)) expect(asked.has(key.replace(/\[[^[\]]*\]$/, ''))).toBe(true)
      }),
      { numRuns: 40 },
    )
    expect(sound).toBeGreaterThan(30)
  })
})
