/**
 * A parsed form: the supported subset of a FHIR R4 Questionnaire, with every default filled in, every option list
 * resolved and every skip condition checked. Only parse.ts makes one. Plain data apart from the two look-up maps.
 */

import type { JsonObject } from '../kernel/json.ts'
import type { Program } from './program.ts'

export type Answer = string | number | boolean | { readonly [key: string]: string | number | boolean | null }
/** Answers by key (answer-key.ts). A key that is absent is not answered. */
export type AnswerMap = { readonly [key: string]: Answer }

export const ITEM_TYPES = [
  'group',
  'display',
  'boolean',
  'decimal',
  'integer',
  'date',
  'dateTime',
  'time',
  'string',
  'text',
  'url',
  'choice',
  'open-choice',
  'attachment',
  'quantity',
] as const
export type ItemType = (typeof ITEM_TYPES)[number]

/** A FHIRPath text of the form. */
export interface Expression {
  readonly text: string
  /** Where it stands in the form's JSON. */
  readonly path: string
}
export interface Variable extends Expression {
  readonly name: string
}
/** What must hold for the answers to be handed in. */
export interface Constraint extends Expression {
  readonly key: string
  /** What a person reads when it does not hold. */
  readonly human: string
}

export type Control = 'page' | 'radio-button' | 'check-box' | 'drop-down'

export interface Coding {
  readonly system?: string
  readonly code?: string
  readonly display?: string
}

export interface Unit extends Coding {
  /** As it is read, in the reader's language. */
  readonly label: string
}

export interface Option {
  /** What the answer stores: the code (or `system|code` where two options share a code), or the literal value. */
  readonly token: string
  readonly label: string
  readonly prefix?: string
  readonly coding?: Coding
  /** Of an option that is no coding: the FHIR type of its value. */
  readonly literal?: 'String' | 'Integer' | 'Date' | 'Time'
  /** Score weight (ordinalValue). */
  readonly weight?: number
  /** "None of these": cannot stand beside another option. */
  readonly exclusive: boolean
  readonly selected: boolean
}

export type ConditionOperator = 'exists' | '=' | '!=' | '>' | '<' | '>=' | '<='
export interface Condition {
  readonly question: string
  readonly operator: ConditionOperator
  /** For `exists`: whether an answer must exist. Codings are option tokens. */
  readonly answer: string | number | boolean
  /** Of an amount that names one: answers in another unit do not compare with it. */
  readonly unit?: Coding
}

export interface FlagRule {
  readonly code: string
  /** Raised when the weight (options) or the number answered is greater than this. */
  readonly over: number
}

export interface Item {
  readonly linkId: string
  readonly type: ItemType
  readonly text: string
  readonly prefix?: string
  readonly codes: readonly Coding[]
  readonly required: boolean
  readonly repeats: boolean
  readonly readOnly: boolean
  /** Never shown; may hold values all the same. */
  readonly hidden: boolean
  /** Filled by the form (`calculation`, Questionnaire.scores), never by the client. */
  readonly calculated: boolean
  readonly calculation?: Expression
  /** Beside `enableWhen`: both must hold. */
  readonly enableExpression?: Expression
  readonly initialExpression?: Expression
  /** Seen by this item's expressions and by those below it. */
  readonly variables: readonly Variable[]
  readonly constraints: readonly Constraint[]
  readonly control?: Control
  /** HTML autofill token (`bday`, `given-name`, …). */
  readonly autocomplete?: string
  readonly hint?: string
  /** The answer is the client's signature (signature.ts; a plain text is a typed name). */
  readonly signature: boolean
  /** The question's words in every language that the form has: what a signature may stand under. */
  readonly statements: readonly string[]
  readonly options: readonly Option[]
  /** Characters. */
  readonly minLength?: number
  readonly maxLength?: number
  /** Numbers, or ISO dates and times as text. */
  readonly min?: number | string
  readonly max?: number | string
  readonly decimalPlaces?: number
  readonly pattern?: RegExp
  /** Rows or options, where the item repeats. */
  readonly minOccurs?: number
  readonly maxOccurs?: number
  readonly unit?: Unit
  readonly units: readonly Unit[]
  readonly mimeTypes: readonly string[]
  /** Bytes, for attachments. */
  readonly maxSize?: number
  readonly initial: readonly Answer[]
  readonly enableWhen: readonly Condition[]
  readonly enableBehavior: 'all' | 'any'
  readonly flags: readonly FlagRule[]
  readonly items: readonly Item[]
  /** linkId of the parent item, or null at the top. */
  readonly parent: string | null
  /** linkIds of the repeating items around this one, outermost first. */
  readonly inRows: readonly string[]
}

/** One page of the filler: a top-level group, or neighbouring top-level questions. */
export interface Section {
  readonly id: string
  readonly title: string
  readonly items: readonly Item[]
}

export interface Band {
  readonly code: string
  readonly label: string
  /** Inclusive. */
  readonly from: number
  readonly to: number
}

export interface ScoreRule {
  readonly name: string
  /** linkIds whose weights are added. */
  readonly items: readonly string[]
  readonly bands: readonly Band[]
  /** The item that shows the score, if the form has one. */
  readonly target?: string
}

/** What the parser refuses, or (in `Questionnaire.notes`) what it leaves out because the standard allows that. */
export interface Problem {
  readonly code: string
  /** FHIRPath-like place: `item[3].item[0].enableWhen[1].answerCoding`. */
  readonly path: string
  /** In English, naming what was found. */
  readonly message: string
}

export interface Questionnaire {
  readonly title: string
  readonly description?: string
  /** Where it comes from: sources of an instrument. */
  readonly purpose?: string
  readonly url?: string
  readonly version?: string
  readonly copyright?: string
  readonly codes: readonly Coding[]
  readonly items: readonly Item[]
  readonly sections: readonly Section[]
  readonly byLinkId: ReadonlyMap<string, Item>
  /** Every item so that parents come before children, and questions before what depends on them. */
  readonly order: readonly Item[]
  readonly scores: readonly ScoreRule[]
  readonly variables: readonly Variable[]
  readonly constraints: readonly Constraint[]
  /** The JSON that it was read from: `%questionnaire`. */
  readonly source: JsonObject
  /** It has FHIRPath beyond plain sums: it can be filled once it has its program (expressions/read-form.ts). */
  readonly needsProgram: boolean
  readonly program: Program | null
  readonly notes: readonly Problem[]
}

/** A question with several answers that are chosen from a list: keyed by option, not by row. */
export const isMultipleChoice = (item: Item): boolean => item.repeats && item.options.length > 0
/** An item whose answers live in rows `linkId[rowId]`. */
export const hasRows = (item: Item): boolean => item.repeats && item.options.length === 0
export const isQuestion = (item: Item): boolean => item.type !== 'group' && item.type !== 'display'
