/**
 * Answers as a FHIR R4 QuestionnaireResponse, and back. Only what is asked is in it; what was typed but is no value of
 * its question's type (half a date) is not. Rows come back in their order, under row ids of their own. Pure.
 */
import type { Json, JsonObject } from '../kernel/json.ts'
import { inRow, itemKey, optionKey, rowKey } from './answer-key.ts'
import { answerAt, isAnswered, valuesOf } from './answer-values.ts'
import { completeAnswers, type Decided, enabledItems } from './enable.ts'
import type { Instance } from './instances.ts'
import {
  type Answer,
  type AnswerMap,
  hasRows,
  type Item,
  isMultipleChoice,
  type Questionnaire,
} from './questionnaire.ts'
import { fromFhirValue, toFhirValue } from './response-values.ts'
import { signatureExtension } from './signature.ts'

export function toQuestionnaireResponse(questionnaire: Questionnaire, given: AnswerMap): JsonObject {
  const instances = new Map(enabledItems(questionnaire, given).list.map((each) => [each.key, each]))
  const answers = completeAnswers(questionnaire, given)
  const { url, version } = questionnaire
  return {
    resourceType: 'QuestionnaireResponse',
    ...(url ? { questionnaire: version ? `${url}|${version}` : url } : {}),
    status: 'completed',
    item: responseItems(questionnaire.items, '', { answers, asked: (key) => instances.get(key) }),
  }
}

/** The items that say something, in the order of the form. `made` sees each as it is made, by its key or row key. */
export function responseItems(
  items: readonly Item[],
  row: string,
  state: Decided,
  made: (key: string, item: JsonObject) => void = () => {},
): readonly JsonObject[] {
  return items.flatMap((item): readonly JsonObject[] => {
    const instance = item.type === 'display' ? undefined : state.asked(inRow(row, itemKey(item.linkId)))
    if (instance === undefined) return []
    const below = (inside: string) => responseItems(item.items, inside, state, made)
    const named = { linkId: item.linkId, ...(item.text ? { text: item.text } : {}) }
    const keep = (key: string, whole: JsonObject) => {
      made(key, whole)
      return whole
    }
    if (item.type === 'group' && hasRows(item))
      return instance.rows.map((each) => keep(each, { ...named, ...listOf('item', below(each)) }))
    if (item.type === 'group') {
      const children = below(row)
      return children.length > 0 ? [keep(instance.key, { ...named, item: children })] : []
    }
    const answer = hasRows(item)
      ? rowAnswers(instance, state, below)
      : plainAnswers(instance, state, below(row))
    const signature = signatureExtension(item, answerAt(state.answers, instance.key))
    return answer.length > 0 ? [keep(instance.key, { ...named, ...signature, answer })] : []
  })
}

const listOf = (name: string, list: readonly JsonObject[]): JsonObject =>
  list.length > 0 ? { [name]: list } : {}

/** Questions below a question stand in its first answer; where it has none, in an answer without a value. */
function plainAnswers(
  instance: Instance,
  { answers }: Decided,
  below: readonly JsonObject[],
): readonly JsonObject[] {
  const values = valuesOf(instance, answers)
    .map((value) => toFhirValue(instance.item, value))
    .filter((value) => value !== undefined)
  if (below.length === 0) return values
  return [{ ...values[0], item: below }, ...values.slice(1)]
}

const rowAnswers = (
  { item, rows }: Instance,
  { answers }: Decided,
  below: (row: string) => readonly JsonObject[],
): readonly JsonObject[] =>
  rows.flatMap((each) => {
    const value = answerAt(answers, each)
    const whole = {
      ...(isAnswered(value) ? toFhirValue(item, value) : {}),
      ...listOf('item', below(each)),
    }
    return Object.keys(whole).length > 0 ? [whole] : []
  })

/** The answers that a response holds for this form. What the form does not know, or does not fit, is left out. */
export function fromQuestionnaireResponse(questionnaire: Questionnaire, response: JsonObject): AnswerMap {
  const reader = new ResponseReader(questionnaire)
  reader.read(response)
  return reader.answers
}

class ResponseReader {
  readonly answers: Record<string, Answer> = {}
  private readonly rows = new Map<string, number>()
  private readonly byLinkId: Questionnaire['byLinkId']
  private readonly stack: { readonly items: readonly JsonObject[]; readonly row: string }[] = []

  constructor({ byLinkId }: Questionnaire) {
    this.byLinkId = byLinkId
  }

  read(response: JsonObject): void {
    this.stack.push({ items: objects(response.item), row: '' })
    for (let next = this.stack.pop(); next; next = this.stack.pop())
      for (const node of next.items) {
        const item = this.byLinkId.get(String(node.linkId))
        if (item) this.readItem(item, node, next.row)
      }
  }

  private readItem(item: Item, node: JsonObject, row: string): void {
    const own = item.type === 'group' && hasRows(item) ? this.newRow(item, row) : undefined
    if (own) this.answers[own.key] = own.number
    this.stack.push({ items: objects(node.item), row: own?.key ?? row })
    for (const entry of objects(node.answer)) {
      const [, value] = Object.entries(entry).find(([name]) => name.startsWith('value')) ?? []
      const answer = value === undefined ? undefined : fromFhirValue(item, value)
      const inside = hasRows(item) ? this.newRow(item, row).key : undefined
      if (answer !== undefined)
        Object.assign(this.answers, inside ? { [inside]: answer } : storedAs(item, row, [answer]))
      this.stack.push({ items: objects(entry.item), row: inside ?? row })
    }
  }

  private newRow({ linkId }: Item, row: string): { readonly key: string; readonly number: number } {
    const list = inRow(row, itemKey(linkId))
    const number = (this.rows.get(list) ?? 0) + 1
    this.rows.set(list, number)
    return { key: inRow(row, rowKey(linkId, rowId(number))), number }
  }
}

/** Values as the answers of a question without rows. */
export function storedAs(item: Item, row: string, values: readonly Answer[]): AnswerMap {
  const key = inRow(row, itemKey(item.linkId))
  if (!isMultipleChoice(item)) return values[0] === undefined ? {} : { [key]: values[0] }
  return Object.fromEntries(
    values.map((value) =>
      item.options.some(({ token }) => token === String(value))
        ? [inRow(row, optionKey(item.linkId, String(value))), true]
        : [key, value],
    ),
  )
}

/** Sorts by number. */
export const rowId = (number: number): string => `r${String(number).padStart(4, '0')}`

const objects = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value)
    ? value.filter(
        (each: Json): each is JsonObject => typeof each === 'object' && each !== null && !Array.isArray(each),
      )
    : []
