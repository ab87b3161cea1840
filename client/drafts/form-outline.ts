/**
 * What a form shows for the answers given so far: its visible questions, unrolled with the key of each answer. Pure;
 * every screen that shows a form (filler, check page, copy of what was handed in, staff) reads this.
 */
import { inRow, itemKey } from '../../shared/questionnaire/answer-key.ts'
import { valuesOf } from '../../shared/questionnaire/answer-values.ts'
import { completeAnswers, enabledItems } from '../../shared/questionnaire/enable.ts'
import type { Instance } from '../../shared/questionnaire/instances.ts'
import {
  type AnswerMap,
  hasRows,
  type Item,
  isMultipleChoice,
  type Questionnaire,
  type Section,
} from '../../shared/questionnaire/questionnaire.ts'

interface NodePlace {
  /** Key of the answer; for a question with several answers, the part before `{option}`. */
  readonly key: string
  readonly item: Item
  /** Key of the row it lies in; '' outside of any row. */
  readonly row: string
}
export interface QuestionNode extends NodePlace {
  readonly kind: 'question'
  readonly instance: Instance
  /** It is one of several answers to a question that repeats: emptied, it stays until it is removed. */
  readonly listed?: true
}
/** A question that takes several answers which are not chosen from a list: one a row. */
export interface RepeatsNode extends NodePlace {
  readonly kind: 'repeats'
  /** The question as a whole, with all its answers. */
  readonly whole: QuestionNode
  readonly rows: readonly { readonly question: QuestionNode; readonly children: readonly OutlineNode[] }[]
}
export interface TextNode extends NodePlace {
  readonly kind: 'text'
}
export interface GroupNode extends NodePlace {
  readonly kind: 'group'
  readonly children: readonly OutlineNode[]
}
/** A repeating group: each row has its own questions. */
export interface RowsNode extends NodePlace {
  readonly kind: 'rows'
  readonly rows: readonly { readonly key: string; readonly children: readonly OutlineNode[] }[]
}
export type OutlineNode = QuestionNode | RepeatsNode | TextNode | GroupNode | RowsNode

export interface FormOutline {
  /** With those that the form calculates. */
  readonly answers: AnswerMap
  section(section: Section): readonly OutlineNode[]
  /** False: for these answers the section has nothing to show, and nobody is led to it. */
  isShown(section: Section): boolean
}

/** The whole form for these answers; sections are unrolled when they are asked for. */
export function outlineForm(questionnaire: Questionnaire, answers: AnswerMap): FormOutline {
  const enabled = enabledItems(questionnaire, answers)
  const instances = new Map(enabled.list.map((instance) => [instance.key, instance]))
  // A score is for the clinic to tell; what else the form calculates is shown to who fills it.
  const scores = new Set(questionnaire.scores.flatMap(({ target }) => target ?? []))
  const shown = (item: Item) => !item.hidden && !scores.has(item.linkId)
  return {
    answers: completeAnswers(questionnaire, answers),
    section: (section) => {
      const nodes = unroll(section.items, '', shown, instances)
      const [only] = nodes
      // The section's own group: its title is the page's heading already.
      return nodes.length === 1 && only?.kind === 'group' && only.item.text === section.title
        ? only.children
        : nodes
    },
    isShown: (section) => hasContent(section.items, '', shown, instances),
  }
}

/** Without unrolling what there is: it stops at the first. */
function hasContent(
  items: readonly Item[],
  row: string,
  shown: (item: Item) => boolean,
  instances: ReadonlyMap<string, Instance>,
): boolean {
  return items.some((item) => {
    if (!shown(item) || !instances.has(inRow(row, itemKey(item.linkId)))) return false
    return item.type !== 'group' || hasRows(item) || hasContent(item.items, row, shown, instances)
  })
}

function unroll(
  items: readonly Item[],
  row: string,
  shown: (item: Item) => boolean,
  instances: ReadonlyMap<string, Instance>,
): OutlineNode[] {
  const below = (item: Item, inside: string) => unroll(item.items, inside, shown, instances)
  return items.flatMap((item): OutlineNode[] => {
    const key = inRow(row, itemKey(item.linkId))
    const instance = instances.get(key)
    if (!shown(item) || instance === undefined) return []
    const place = { key, item, row }
    if (item.type === 'display') return [{ kind: 'text', ...place }]
    if (item.type !== 'group' && hasRows(item)) {
      const answered = instance.rows.map((each, index) => ({
        question: rowQuestion(item, row, each, index + 1),
        children: below(item, each),
      }))
      const whole: QuestionNode = { kind: 'question', ...place, instance }
      return [{ kind: 'repeats', ...place, whole, rows: answered }]
    }
    if (item.type !== 'group') return [{ kind: 'question', ...place, instance }, ...below(item, row)]
    if (!hasRows(item)) return [{ kind: 'group', ...place, children: below(item, row) }]
    const rows = instance.rows.map((each) => ({ key: each, children: below(item, each) }))
    return [{ kind: 'rows', ...place, rows }]
  })
}

/** One answer of a question that repeats, as a question of its own. */
export function rowQuestion(item: Item, row: string, key: string, number: number): QuestionNode {
  const single: Item = { ...item, repeats: false, required: true, text: `${item.text} ${number}` }
  const instance: Instance = { item: single, row, key, rows: [] }
  return { kind: 'question', key, item: single, row, instance, listed: true }
}

/** Indexes of the sections to be led through, in order. */
export const shownSections = ({ sections }: Questionnaire, outline: FormOutline): readonly number[] =>
  sections.flatMap((section, index) => (outline.isShown(section) ? [index] : []))

/** Every visible question below some nodes, in reading order. */
export function questionsIn(nodes: readonly OutlineNode[]): QuestionNode[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'question') return [node]
    if (node.kind === 'group') return questionsIn(node.children)
    if (node.kind === 'rows') return node.rows.flatMap((row) => questionsIn(row.children))
    if (node.kind === 'repeats') return [node.whole, ...node.rows.flatMap((row) => questionsIn(row.children))]
    return []
  })
}

export const hasAnswer = (answers: AnswerMap, node: QuestionNode): boolean =>
  valuesOf(node.instance, answers).length > 0

/** A scale: a page with at least four single-choice questions that share their options (PHQ-9). */
export function isScale(nodes: readonly QuestionNode[]): boolean {
  const labels = ({ item }: QuestionNode) => item.options.map((option) => option.token).join('\u0000')
  const choices = nodes.filter(({ item }) => item.options.length > 1 && !isMultipleChoice(item))
  const first = choices[0]
  return first !== undefined && choices.filter((node) => labels(node) === labels(first)).length >= 4
}
