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
import {
  answerOf,
  asAnswer,
  asCondition,
  asPath,
  KINDS,
  type Kind,
  OPERATORS,
  questionOf,
} from './drawn-answers.ts'

interface Condition {
  readonly on: number
  readonly operator: string
  readonly seed: number
}
interface Question {
  readonly kind: Kind
  readonly conditions: readonly Condition[]
  readonly behavior: 'all' | 'any'
  /** One for each row; outside of rows there is one. */
  readonly answers: readonly (number | null)[]
  /** What it stands in; the conditions are those of the group. */
  readonly inside: 'nothing' | 'group' | 'rows'
  readonly hidden: boolean
  /** The question, and the group around it. */
  readonly required: boolean
}

const drawn = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...KINDS),
      conditions: fc.array(fc.record({ on: fc.nat(20), operator: fc.nat(10), seed: fc.nat(60) }), {
        maxLength: 3,
      }),
      behavior: fc.constantFrom('all' as const, 'any' as const),
      answers: fc.array(fc.option(fc.nat(60)), { maxLength: 2 }),
      inside: fc.constantFrom('nothing' as const, 'group' as const, 'rows' as const),
      hidden: fc.boolean(),
      required: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((questions) =>
    questions.map(({ conditions, answers, inside, ...question }, index): Question => {
      const onEarlier = index === 0 ? [] : conditions
      return {
        ...question,
        inside,
        answers: inside === 'rows' ? answers : [answers[0] ?? null],
        conditions: onEarlier.map(({ on, operator, seed }) => {
          const operators = OPERATORS[questions[on % index]?.kind ?? 'boolean']
          return { on: on % index, operator: operators[operator % operators.length] ?? '=', seed }
        }),
      }
    }),
  )

const HIDDEN = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/questionnaire-hidden', valueBoolean: true }],
}

const formOf = (questions: readonly Question[]): Json => ({
  resourceType: 'Questionnaire',
  title: 'Random',
  item: questions.map(({ kind, conditions, behavior, inside, hidden, required }, index) => {
    const { extension = [], ...asked } = questionOf(kind)
    const question = { linkId: `q${index}`, text: `Question ${index}`, required, ...asked }
    const enableWhen = conditions.map(({ on, operator, seed }) => ({
      ...{ question: `q${on}`, operator },
      ...asCondition(questions[on]?.kind ?? 'boolean', operator, seed),
    }))
    const whole = {
      ...(enableWhen.length === 0 ? {} : { enableBehavior: behavior, enableWhen }),
      ...(inside === 'nothing'
        ? { ...question, extension: [...extension, ...(hidden ? HIDDEN.extension : [])] }
        : {
            ...{ linkId: `g${index}`, type: 'group', text: `Group ${index}`, required },
            ...(inside === 'rows' && { repeats: true }),
            ...(hidden && HIDDEN),
            item: [{ ...question, extension }],
          }),
    }
    return whole as JsonObject
  }),
})

/** Each with what stands in a response for it. */
const rowsOf = ({ kind, inside, answers }: Question, index: number) =>
  answers.map((seed, row) => {
    const at = inside === 'rows' ? `g${index}[r${row}]` : ''
    const said = seed === null ? [] : [{ linkId: `q${index}`, answer: [asAnswer(kind, seed)] }]
    const items: readonly JsonObject[] = inside === 'nothing' ? said : [{ linkId: `g${index}`, item: said }]
    return { seed, row: at, key: at === '' ? `q${index}` : `${at}/q${index}`, items }
  })

const answersOf = (questions: readonly Question[]): AnswerMap =>
  Object.fromEntries(
    questions.flatMap((question, index) =>
      rowsOf(question, index).flatMap(({ seed, row, key }, number): [string, Answer][] => [
        ...(row === '' ? [] : [[row, number + 1] as [string, Answer]]),
        ...(seed === null ? [] : [[key, answerOf(question.kind, seed)] as [string, Answer]]),
      ]),
    ),
  )

/** Whether a question's conditions hold over what is answered so far. */
function isAsked({ conditions, behavior }: Question, questions: readonly Question[], item: JsonObject[]) {
  const text = conditions
    .map(({ on, operator, seed }) => {
      const values = `%resource.descendants().where(linkId = 'q${on}').answer.value`
      return asPath(values, questions[on]?.kind ?? 'boolean', operator, seed)
    })
    .join(behavior === 'all' ? ' and ' : ' or ')
  const resource = { resourceType: 'QuestionnaireResponse', item }
  const found: unknown = text === '' ? [true] : fhirpath.evaluate(resource, text, { resource }, r4)
  return Array.isArray(found) && found[0] === true
}

/** Question by question: what is asked so far is all that a condition sees. */
function askedByFhirPath(questions: readonly Question[]) {
  const item: JsonObject[] = []
  const asked: string[] = []
  const missing: string[] = []
  for (const [index, question] of questions.entries()) {
    if (!isAsked(question, questions, item)) continue
    const { inside } = question
    const isWanted = question.required && !question.hidden
    if (inside !== 'nothing') asked.push(`g${index}`)
    if (inside === 'rows' && question.answers.length === 0 && isWanted) missing.push(`g${index}`)
    for (const { seed, key, items } of rowsOf(question, index)) {
      asked.push(key)
      if (seed === null && isWanted) missing.push(key)
      item.push(...items)
    }
  }
  return { asked, missing }
}

/** linkIds of the questions that a response answers, in its order. */
const answeredIn = (items: unknown): readonly string[] =>
  ((items ?? []) as JsonObject[]).flatMap(({ linkId, item, answer }) =>
    answer === undefined ? answeredIn(item) : [String(linkId)],
  )

it('asks what a FHIRPath engine would ask, and hands in nothing else', () => {
  fc.assert(
    fc.property(drawn, (questions) => {
      const form = parseQuestionnaire(formOf(questions))
      if (!form.ok) throw new Error(JSON.stringify(form.error))
      const answers = answersOf(questions)
      const { asked, missing } = askedByFhirPath(questions)
      expect(enabledItems(form.value, answers).list.map(({ key }) => key)).toEqual(asked)
      const kept = dropHidden(form.value, answers)
      expect(Object.keys(kept).every((key) => asked.includes(key.replace(/\[r\d\]$/, '')))).toBe(true)
      // What nobody sees is asked of nobody, required or not.
      expect(validateAnswers(form.value, kept).map(({ code, key }) => `${code} ${key}`)).toEqual(
        missing.map((key) => `required ${key}`),
      )
      expect(answeredIn(toQuestionnaireResponse(form.value, answers).item)).toEqual(
        asked.filter((key) => answers[key] !== undefined).map((key) => key.replace(/^.*\//, '')),
      )
    }),
    { numRuns: 400 },
  )
})
