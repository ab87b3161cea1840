/**
 * Skip logic against a second evaluator: the same random forms and answers, with every `enableWhen` said as FHIRPath and
 * evaluated by the fhirpath library over a response that is built as the form is decided.
 */
import fc from 'fast-check'
import fhirpath from 'fhirpath'
import r4 from 'fhirpath/fhir-context/r4'
import { expect, it } from 'vitest'
import type { Json, JsonObject } from '../../shared/kernel/json.ts'
import { enabledItems } from '../../shared/questionnaire/enable.ts'
import { dropHidden } from '../../shared/questionnaire/hidden-answers.ts'
import { parseQuestionnaire } from '../../shared/questionnaire/parse.ts'
import type { Answer, AnswerMap } from '../../shared/questionnaire/questionnaire.ts'
import { toQuestionnaireResponse } from '../../shared/questionnaire/response.ts'
import { validateAnswers } from '../../shared/questionnaire/validate.ts'

const KINDS = ['boolean', 'integer', 'choice'] as const
type Kind = (typeof KINDS)[number]
const CODES = ['a', 'b', 'c']
const answerOf = (kind: Kind, seed: number): Answer =>
  kind === 'boolean' ? seed % 2 === 0 : kind === 'integer' ? (seed % 5) - 2 : (CODES[seed % 3] ?? 'a')
const NAMES = { boolean: 'Boolean', integer: 'Integer', choice: 'Coding' } as const
const fhirValue = (prefix: string, kind: Kind, value: Answer): JsonObject => ({
  [`${prefix}${NAMES[kind]}`]: kind === 'choice' ? { code: String(value) } : (value as Json),
})

interface Condition {
  readonly on: number
  readonly operator: string
  readonly value: Answer
}
interface Question {
  readonly kind: Kind
  readonly conditions: readonly Condition[]
  readonly behavior: 'all' | 'any'
  readonly answer: Answer | null
}

const drawn = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...KINDS),
      conditions: fc.array(fc.record({ on: fc.nat(20), operator: fc.nat(10), seed: fc.nat(30) }), {
        maxLength: 3,
      }),
      behavior: fc.constantFrom('all' as const, 'any' as const),
      answer: fc.option(fc.nat(30)),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((questions) =>
    questions.map(({ kind, conditions, behavior, answer }, index): Question => {
      const onEarlier = index === 0 ? [] : conditions
      return {
        kind,
        behavior,
        answer: answer === null ? null : answerOf(kind, answer),
        conditions: onEarlier.map(({ on, operator, seed }) => {
          const target = on % index
          const targetKind = questions[target]?.kind ?? 'boolean'
          const operators =
            targetKind === 'integer' ? ['exists', '=', '!=', '>', '<', '>=', '<='] : ['exists', '=', '!=']
          const chosen = operators[operator % operators.length] ?? '='
          return {
            on: target,
            operator: chosen,
            value: chosen === 'exists' ? seed % 2 === 0 : answerOf(targetKind, seed),
          }
        }),
      }
    }),
  )

const formOf = (questions: readonly Question[]): Json => ({
  resourceType: 'Questionnaire',
  title: 'Random',
  item: questions.map(({ kind, conditions, behavior }, index) => ({
    linkId: `q${index}`,
    type: kind,
    text: `Question ${index}`,
    ...(kind === 'choice' ? { answerOption: CODES.map((code) => ({ valueCoding: { code } })) } : {}),
    ...(conditions.length === 0
      ? {}
      : {
          enableBehavior: behavior,
          enableWhen: conditions.map(({ on, operator, value }) => ({
            question: `q${on}`,
            operator,
            ...(operator === 'exists'
              ? { answerBoolean: value as boolean }
              : fhirValue('answer', questions[on]?.kind ?? 'boolean', value)),
          })),
        }),
  })),
})

function asPath({ on, operator, value }: Condition, questions: readonly Question[]): string {
  const kind = questions[on]?.kind
  const values = `%resource.item.where(linkId = 'q${on}').answer.value${kind === 'choice' ? '.code' : ''}`
  const literal = typeof value === 'string' ? `'${value}'` : String(value)
  if (operator === 'exists') return `(${values}.exists() = ${value})`
  if (operator === '!=') return `${values}.where($this = ${literal}).exists().not()`
  return `${values}.where($this ${operator} ${literal}).exists()`
}

/** Question by question: what is asked so far is all that a condition sees. */
function askedByFhirPath(questions: readonly Question[]): readonly string[] {
  const item: JsonObject[] = []
  const asked: string[] = []
  for (const [index, { kind, conditions, behavior, answer }] of questions.entries()) {
    const text = conditions
      .map((condition) => asPath(condition, questions))
      .join(behavior === 'all' ? ' and ' : ' or ')
    const resource = { resourceType: 'QuestionnaireResponse', item }
    const found: unknown = text === '' ? [true] : fhirpath.evaluate(resource, text, { resource }, r4)
    const holds = Array.isArray(found) && found[0] === true
    if (!holds) continue
    asked.push(`q${index}`)
    if (answer !== null) item.push({ linkId: `q${index}`, answer: [fhirValue('value', kind, answer)] })
  }
  return asked
}

it('asks what a FHIRPath engine would ask, and hands in nothing else', () => {
  fc.assert(
    fc.property(drawn, (questions) => {
      const form = parseQuestionnaire(formOf(questions))
      if (!form.ok) throw new Error(JSON.stringify(form.error))
      const answers: AnswerMap = Object.fromEntries(
        questions.flatMap(({ answer }, index) => (answer === null ? [] : [[`q${index}`, answer]])),
      )
      const asked = askedByFhirPath(questions)
      expect(enabledItems(form.value, answers).list.map(({ key }) => key)).toEqual(asked)
      const kept = dropHidden(form.value, answers)
      expect(Object.keys(kept).every((key) => asked.includes(key))).toBe(true)
      expect(validateAnswers(form.value, kept)).toEqual([])
      const response = toQuestionnaireResponse(form.value, answers)
      expect(((response.item ?? []) as JsonObject[]).map(({ linkId }) => linkId)).toEqual(
        asked.filter((key) => answers[key] !== undefined),
      )
    }),
    { numRuns: 400 },
  )
})
