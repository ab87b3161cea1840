/** A submission as FHIR R4 QuestionnaireResponse, nested as its questionnaire is. Pure. */
import type { FormDefinition, Submission } from '../../../../shared/domains/forms/schema.ts'
import type { Json, JsonObject } from '../../../../shared/kernel/json.ts'
import { parseAnswerKey, rowOf } from '../../../../shared/questionnaire/answer-key.ts'
import { instant } from './elements.ts'

interface Item {
  readonly linkId: string
  readonly text?: string
  readonly type: string
  readonly item?: readonly Item[]
  readonly answerOption?: readonly { readonly valueCoding?: { readonly code?: string } }[]
}
interface Given {
  readonly row: string
  readonly key: string
  readonly linkId: string
  readonly option: string | undefined
  readonly rowId: string | undefined
  readonly value: Json
}

const NAMES: Readonly<Record<string, string>> = {
  boolean: 'valueBoolean',
  decimal: 'valueDecimal',
  integer: 'valueInteger',
  date: 'valueDate',
  dateTime: 'valueDateTime',
  time: 'valueTime',
  url: 'valueUri',
}

function answerOf(item: Item, value: Json): JsonObject {
  if (item.type === 'choice' || item.type === 'open-choice') {
    const coding = item.answerOption?.find(({ valueCoding }) => valueCoding?.code === value)?.valueCoding
    if (coding !== undefined) return { valueCoding: coding as unknown as JsonObject }
    return item.type === 'choice' ? { valueCoding: { code: value } } : { valueString: value }
  }
  if (typeof value === 'object' && value !== null)
    return item.type === 'quantity' ? { valueQuantity: value } : { valueString: JSON.stringify(value) }
  return { [NAMES[item.type] ?? 'valueString']: value }
}

function itemsOf(items: readonly Item[], row: string, given: readonly Given[]): JsonObject[] {
  return items.flatMap((item): JsonObject[] => {
    const own = given.filter((each) => each.row === row && each.linkId === item.linkId)
    const head = { linkId: item.linkId, ...(item.text === undefined ? {} : { text: item.text }) }
    const children = item.item ?? []
    if (item.type === 'group') {
      const rows = own.filter(({ rowId }) => rowId !== undefined).map(({ key }) => key)
      return (rows.length > 0 ? rows.sort() : [row]).flatMap((at) => {
        const inside = itemsOf(children, at, given)
        return inside.length === 0 ? [] : [{ ...head, item: inside }]
      })
    }
    const answers = own.flatMap(({ option, value }) =>
      option === undefined ? [value] : value === true ? [option] : [],
    )
    const below = itemsOf(children, row, given)
    if (answers.length === 0 && below.length === 0) return []
    const answer = answers.map((value) => answerOf(item, value))
    return [
      { ...head, ...(answer.length > 0 ? { answer } : {}), ...(below.length > 0 ? { item: below } : {}) },
    ]
  })
}

export function toQuestionnaireResponse(
  submission: Submission,
  definition: FormDefinition,
  subject: string,
): JsonObject {
  const given = Object.entries(submission.answers).flatMap(([key, value]): Given[] => {
    const parsed = parseAnswerKey(key)
    if (parsed === null) return []
    const { linkId, option, rowId } = parsed
    return [{ row: rowOf(key), key, linkId, option, rowId, value }]
  })
  const { item = [], url } = definition.questionnaire as unknown as { item?: readonly Item[]; url?: string }
  return {
    resourceType: 'QuestionnaireResponse',
    questionnaire: `${url ?? `urn:mentalspace:form:${submission.formKey}`}|${definition.version}`,
    status: submission.amends === undefined ? 'completed' : 'amended',
    subject: { reference: subject },
    authored: instant(submission.receivedAt ?? submission.submittedAt),
    ...(submission.amends === undefined ? {} : { amends: submission.amends }),
    ...(submission.reference === undefined ? {} : { identifier: { value: submission.reference } }),
    reviewStatus: submission.status,
    item: itemsOf(item, '', given),
  }
}
