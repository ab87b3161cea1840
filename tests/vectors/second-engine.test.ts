/**
 * Against an implementation that shares no line with ours and none with the `fhirpath` library: Medplum's FHIRPath and its
 * decision whether a question is asked. Random forms and answers; every published instrument is scored by both.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { evalFhirPath, evalFhirPathTyped } from '@medplum/core'
import { isQuestionEnabled } from '@medplum/react-hooks'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Json, JsonObject } from '../../shared/kernel/json.ts'
import { completeAnswers, enabledItems } from '../../shared/questionnaire/enable.ts'
import { readForm } from '../../shared/questionnaire/expressions/read-form.ts'
import { parseQuestionnaire } from '../../shared/questionnaire/parse.ts'
import type { Answer, AnswerMap, Questionnaire } from '../../shared/questionnaire/questionnaire.ts'
import { toQuestionnaireResponse } from '../../shared/questionnaire/response.ts'
import { scoreAnswers } from '../../shared/questionnaire/score.ts'

type Asked = Parameters<typeof isQuestionEnabled>[0]
type Response = Parameters<typeof isQuestionEnabled>[1]

const CODES = ['a', 'b', 'c'] as const
const KINDS = ['boolean', 'integer', 'decimal', 'date', 'time', 'string', 'choice', 'quantity'] as const
type Kind = (typeof KINDS)[number]
const VALUES: Readonly<Record<Kind, readonly Answer[]>> = {
  boolean: [true, false],
  integer: [-2, -1, 0, 1, 2],
  decimal: [-0.5, 0, 1.25, 2],
  date: ['2020-01-31', '2020-02-01', '2024-02-29'],
  time: ['09:00', '09:00:30', '09:01', '17:05:59'],
  quantity: ['kg', '[lb_av]'].flatMap((unit) => [4, 5].map((value) => ({ value, unit }))),
  // Medplum takes small and capital letters for equal, R4 does not.
  string: ['x', 'y', 'z'],
  choice: CODES,
}
const SUFFIX = {
  ...{ boolean: 'Boolean', integer: 'Integer', decimal: 'Decimal' },
  ...{ date: 'Date', time: 'Time', string: 'String', choice: 'Coding', quantity: 'Quantity' },
} as const
const UCUM = 'http://unitsofmeasure.org'

const pick = (kind: Kind, seed: number): Answer => VALUES[kind][seed % VALUES[kind].length] ?? true
const valued = (prefix: 'answer' | 'value', kind: Kind, value: Answer): JsonObject => ({
  [`${prefix}${SUFFIX[kind]}`]: asFhir(kind, value),
})
function asFhir(kind: Kind, value: Answer): Json {
  if (kind === 'choice') return { code: String(value) }
  if (kind === 'time') return `${value}:00`.slice(0, 8)
  if (typeof value !== 'object') return value
  return { value: value.value ?? null, system: UCUM, code: value.unit ?? null }
}
const asItem: Readonly<Partial<Record<Kind, JsonObject>>> = {
  choice: { answerOption: CODES.map((code) => ({ valueCoding: { code } })) },
  quantity: {
    extension: ['kg', '[lb_av]'].map((code) => ({
      url: 'http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption',
      valueCoding: { system: UCUM, code },
    })),
  },
}
const IN_ORDER = ['=', '!=', '>', '<', '>=', '<='] as const
const OPERATORS: Readonly<Record<Kind, readonly string[]>> = {
  ...{ boolean: ['=', '!='], choice: ['=', '!='], string: ['=', '!='] },
  ...{ integer: IN_ORDER, decimal: IN_ORDER, date: IN_ORDER, time: IN_ORDER, quantity: IN_ORDER },
}

const questions = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    conditions: fc.array(fc.record({ on: fc.nat(20), operator: fc.nat(10), seed: fc.nat(30) }), {
      maxLength: 3,
    }),
    behavior: fc.constantFrom('all', 'any'),
    answer: fc.option(fc.nat(30)),
  }),
  { minLength: 2, maxLength: 8 },
)

function conditionOf(kind: Kind, on: string, operator: number, seed: number): JsonObject {
  if (operator % 4 === 0) return { question: on, operator: 'exists', answerBoolean: seed % 2 === 0 }
  const allowed = OPERATORS[kind]
  return {
    question: on,
    operator: allowed[operator % allowed.length] ?? '=',
    ...valued('answer', kind, pick(kind, seed)),
  }
}

const codeIn = (quantity: Json | undefined) => (quantity as JsonObject | undefined)?.code
const isInUnit = (answer: Json | undefined, { answerQuantity }: JsonObject): boolean =>
  answerQuantity === undefined ||
  codeIn((answer as JsonObject[] | undefined)?.[0]?.valueQuantity) === codeIn(answerQuantity)

/**
 * One condition at a time: where a question has no answer, R4 holds that nothing equals it, and Medplum's `all` passes over it.
 * A `!=` without an answer holds by R4 and not for Medplum: it is told what R4 says. It compares amounts by their numbers
 * alone, so an answer in another unit is none for it. All other comparisons are its own.
 */
function isAsked({ enableWhen, enableBehavior }: JsonObject, answered: readonly JsonObject[]): boolean {
  if (!Array.isArray(enableWhen)) return true
  const holds = (enableWhen as JsonObject[]).map((condition) => {
    const { question = '', operator } = condition
    const item = answered.filter(({ linkId, answer }) => linkId !== question || isInUnit(answer, condition))
    const response = { resourceType: 'QuestionnaireResponse', status: 'in-progress', item }
    const isOpen = item.every(({ linkId, answer }) => linkId !== question || answer === undefined)
    const read =
      operator === '!=' && isOpen ? { question, operator: 'exists', answerBoolean: false } : condition
    const asked = { linkId: 'x', type: 'display', enableWhen: [read] }
    return isQuestionEnabled(asked as unknown as Asked, response as unknown as Response)
  })
  return enableBehavior === 'all' ? holds.every(Boolean) : holds.some(Boolean)
}

it('compares answers in skip conditions as Medplum does', () => {
  fc.assert(
    fc.property(questions, (drawn) => {
      const items = drawn.map(({ kind, conditions, behavior }, index): JsonObject => {
        const enableWhen = (index === 0 ? [] : conditions).map(({ on, operator, seed }) =>
          conditionOf(drawn[on % index]?.kind ?? 'boolean', `q${on % index}`, operator, seed),
        )
        return {
          ...{ linkId: `q${index}`, type: kind, text: `Question ${index}` },
          ...asItem[kind],
          ...(enableWhen.length > 0 && { enableWhen, enableBehavior: behavior }),
        }
      })
      const form = parseQuestionnaire({ resourceType: 'Questionnaire', title: 'Random', item: items })
      if (!form.ok) throw new Error(JSON.stringify(form.error))
      const answers: AnswerMap = Object.fromEntries(
        drawn.flatMap(({ kind, answer }, index) =>
          answer === null ? [] : [[`q${index}`, pick(kind, answer)]],
        ),
      )
      const item: JsonObject[] = []
      const asked = items.flatMap((question, index) => {
        if (!isAsked(question, item)) return []
        const { kind, answer } = drawn[index] ?? { kind: 'boolean' as const, answer: null }
        if (answer !== null)
          item.push({ linkId: `q${index}`, answer: [valued('value', kind, pick(kind, answer))] })
        return [`q${index}`]
      })
      expect(enabledItems(form.value, answers).list.map(({ key }) => key)).toEqual(asked)
    }),
    { numRuns: 600 },
  )
})

const number = fc.constantFrom('n0', 'n1', 'n2', 'n3')
const at = (linkId: string) => `%resource.item.where(linkId = '${linkId}').answer.value`
const expression = fc.letrec<{ sum: string; truth: string }>((tie) => ({
  sum: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    number.map(at),
    fc.integer({ min: -3, max: 9 }).map(String),
    number.map((name) => `${at(name)}.count()`),
    fc
      .tuple(tie('sum'), fc.constantFrom('+', '-', '*'), tie('sum'))
      .map(([left, sign, right]) => `(${left} ${sign} ${right})`),
    fc.tuple(tie('truth'), tie('sum'), tie('sum')).map(([test, yes, no]) => `iif(${test}, ${yes}, ${no})`),
  ),
  truth: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    number.map((name) => `${at(name)}.exists()`),
    number.map((name) => `${at(name)}.empty()`),
    fc
      .tuple(tie('sum'), fc.constantFrom('>', '<', '>=', '<=', '='), tie('sum'))
      .map(([left, sign, right]) => `(${left} ${sign} ${right})`),
    fc
      .tuple(tie('truth'), fc.constantFrom('and', 'or'), tie('truth'))
      .map(([left, word, right]) => `(${left} ${word} ${right})`),
  ),
})).sum

it('calculates what Medplum calculates', async () => {
  const answered = fc.record(
    { n0: fc.integer({ min: -5, max: 5 }), n1: fc.nat(9), n2: fc.nat(3), n3: fc.nat(100) },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(expression, answered, async (text, given) => {
      const plain = ['n0', 'n1', 'n2', 'n3'].map((linkId) => ({ linkId, type: 'integer', text: linkId }))
      const url = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression'
      const valueExpression = { language: 'text/fhirpath', expression: text }
      const total = { linkId: 'total', type: 'decimal', text: 'Total', extension: [{ url, valueExpression }] }
      const form = await readForm({ resourceType: 'Questionnaire', title: 'Random', item: [...plain, total] })
      if (!form.ok) throw new Error(`${text}: ${JSON.stringify(form.error)}`)
      const answers = given as AnswerMap
      const resource = {
        resourceType: 'QuestionnaireResponse',
        item: plain.flatMap(({ linkId }) =>
          answers[linkId] === undefined ? [] : [{ linkId, answer: [{ valueInteger: answers[linkId] }] }],
        ),
      }
      const root = { type: 'QuestionnaireResponse', value: resource }
      const [theirs] = evalFhirPathTyped(text, [root], { '%resource': root })
      expect(completeAnswers(form.value, answers).total, text).toEqual(theirs?.value)
    }),
    { numRuns: 150 },
  )
})

const CATALOGUE = new URL('../../prisma/catalogue/', import.meta.url)
const WEIGHT = 'http://hl7.org/fhir/StructureDefinition/ordinalValue'

/** `item.item.where(linkId = …)`, as deep as it stands. */
function pathTo(form: Questionnaire, linkId: string): string {
  let [depth, parent] = [1, form.byLinkId.get(linkId)?.parent ?? null]
  for (; parent !== null; parent = form.byLinkId.get(parent)?.parent ?? null) depth++
  return `${Array.from({ length: depth }, () => 'item').join('.')}.where(linkId = '${linkId}')`
}

/** The sum of the weights that stand in the form beside the chosen options, found and added by Medplum alone. */
function sumOfWeights(form: Questionnaire, response: JsonObject, linkIds: readonly string[]): number {
  const weights = linkIds.flatMap((linkId) => {
    const at = pathTo(form, linkId)
    const [code] = evalFhirPath(`QuestionnaireResponse.${at}.answer.value.code`, response)
    const option = `Questionnaire.${at}.answerOption.where(value.code = '${code}')`
    return code === undefined ? [] : evalFhirPath(`${option}.extension('${WEIGHT}').value`, form.source)
  })
  return Number(evalFhirPath([0, ...weights].join(' + '), {})[0])
}

const optionsOf = (form: Questionnaire, linkId: string) => form.byLinkId.get(linkId)?.options ?? []

it.each(readdirSync(CATALOGUE).filter((file) => /^(phq-9|gad-7|audit-c|pc-ptsd-5|pcl-5)/.test(file)))(
  'scores %s as Medplum does',
  async (file) => {
    const source = JSON.parse(readFileSync(new URL(file, CATALOGUE), 'utf8')) as JsonObject
    const read = await readForm(source)
    if (!read.ok) throw new Error(JSON.stringify(read.error))
    const form = read.value
    const [rule] = form.scores
    if (rule === undefined) throw new Error(`${file} has no score.`)
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 25, maxLength: 25 }), (seeds) => {
        const answers: AnswerMap = Object.fromEntries(
          [...form.byLinkId.values()].flatMap(({ linkId, options }, index) => {
            const option = options[(seeds[index % seeds.length] ?? 0) % Math.max(1, options.length)]
            return option === undefined ? [] : [[linkId, option.token]]
          }),
        )
        const scored = rule.items.filter((linkId) => optionsOf(form, linkId).length > 0)
        const asked = new Set(enabledItems(form, answers).list.map(({ key }) => key))
        const response = toQuestionnaireResponse(form, answers)
        const theirs = sumOfWeights(
          form,
          response,
          scored.filter((linkId) => asked.has(linkId)),
        )
        expect(scoreAnswers(form, answers)[0]?.value).toBe(theirs)
      }),
      { numRuns: 40 },
    )
  },
)
