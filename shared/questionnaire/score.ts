/** Scores: the sum of the weights of the chosen options, with its published band once every item is answered. Pure. */
import { valuesOf } from './answer-values.ts'
import { completeAnswers, enabledItems } from './enable.ts'
import type { Answer, AnswerMap, Band, Item, Questionnaire } from './questionnaire.ts'

export interface Score {
  readonly name: string
  readonly value: number
  /** Highest possible value. */
  readonly max: number
  readonly answered: number
  readonly total: number
  /** Every item that counts and is asked is answered; without that there is no band. */
  readonly complete: boolean
  readonly band?: Band
  /** linkId of the item that shows it, if the form has one. */
  readonly target?: string
}

/** Weight of one answer: of the option, or the number itself where the item has none. */
export function weightOf(item: Item, value: Answer): number | undefined {
  if (item.options.length > 0) return item.options.find((option) => option.token === String(value))?.weight
  return typeof value === 'number' ? value : undefined
}

export function scoreAnswers(questionnaire: Questionnaire, given: AnswerMap): readonly Score[] {
  const answers = completeAnswers(questionnaire, given)
  const enabled = enabledItems(questionnaire, answers).list
  return questionnaire.scores.map(({ name, items, bands, target }) => {
    const wanted = new Set(items)
    let value = 0
    let answered = 0
    const asked = enabled.filter(({ item }) => wanted.has(item.linkId))
    // What another answer makes superfluous counts as nothing (PC-PTSD-5 of who has lived through no such event).
    const total = asked.length
    for (const instance of asked) {
      const values = valuesOf(instance, answers)
      if (values.length > 0) answered++
      for (const each of values) value += weightOf(instance.item, each) ?? 0
    }
    const complete = total > 0 && answered >= total
    const band = complete ? bands.find(({ from, to }) => value >= from && value <= to) : undefined
    const max = items.reduce((sum, linkId) => sum + highestWeight(questionnaire.byLinkId.get(linkId)), 0)
    return {
      name,
      value,
      max,
      answered,
      total,
      complete,
      ...(band ? { band } : {}),
      ...(target ? { target } : {}),
    }
  })
}

const highestWeight = (item: Item | undefined): number =>
  item?.options.reduce((highest, option) => Math.max(highest, option.weight ?? 0), 0) ?? 0
