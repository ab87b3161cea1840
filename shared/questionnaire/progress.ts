/** How far a form is, by section. Counts only questions that are asked and shown. Pure. */
import { valuesOf } from './answer-values.ts'
import { enabledItems } from './enable.ts'
import type { Instance } from './instances.ts'
import { type AnswerMap, hasRows, type Item, isQuestion, type Questionnaire } from './questionnaire.ts'

export interface SectionProgress {
  /** `Section.id` */
  readonly id: string
  readonly title: string
  readonly answered: number
  readonly total: number
  /** Required questions without an answer. */
  readonly missing: number
}

export interface Progress {
  readonly sections: readonly SectionProgress[]
  readonly answered: number
  readonly total: number
}

/** A question the client sees and can answer, or a list of rows: no row yet is no answer yet. */
const isAsked = (item: Item): boolean =>
  (isQuestion(item) || hasRows(item)) && !item.hidden && !item.readOnly && !item.calculated

const isOpen = (instance: Instance, answers: AnswerMap): boolean =>
  (isQuestion(instance.item) ? valuesOf(instance, answers) : instance.rows).length === 0

export function progress(questionnaire: Questionnaire, answers: AnswerMap): Progress {
  const bySection = new Map<string, Instance[]>(questionnaire.sections.map(({ id }) => [id, []]))
  const sectionOf = new Map<string, string>()
  for (const section of questionnaire.sections)
    for (const item of section.items) sectionOf.set(item.linkId, section.id)
  for (const instance of enabledItems(questionnaire, answers).list) {
    // Parents come first, so a child finds its section through its parent.
    const { linkId, parent } = instance.item
    const id = sectionOf.get(linkId) ?? sectionOf.get(parent ?? '')
    if (id === undefined) continue
    sectionOf.set(linkId, id)
    bySection.get(id)?.push(instance)
  }
  const sections = questionnaire.sections.map(({ id, title }) => {
    const all = bySection.get(id) ?? []
    const asked = all.filter(({ item }) => isAsked(item))
    const open = asked.filter((instance) => isOpen(instance, answers))
    return {
      id,
      title,
      answered: asked.length - open.length,
      total: asked.length,
      missing: open.filter(({ item }) => item.required).length,
    }
  })
  return {
    sections,
    answered: sections.reduce((sum, { answered }) => sum + answered, 0),
    total: sections.reduce((sum, { total }) => sum + total, 0),
  }
}
