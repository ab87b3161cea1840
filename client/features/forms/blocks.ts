/**
 * A list of questions in blocks of neighbours: of a long list the browser lays out and paints only the blocks that are in
 * sight. Pure.
 */
import type { Item, Questionnaire } from '../../../shared/questionnaire/questionnaire.ts'
import type { OutlineNode } from '../../drafts/form-outline.ts'

export interface Block {
  readonly number: number
  readonly nodes: readonly OutlineNode[]
}

/** Several fit a screen, and of 500 questions only few blocks are left to ask whether they are in sight. */
const SIZE = 10

const placesOf = new WeakMap<Questionnaire, ReadonlyMap<string, number>>()

/**
 * A question's block follows from its place in the form, whatever is asked beside it: a question that comes or goes moves no
 * other one into another block, where it would be drawn anew and lose the focus.
 */
export function blocksOf(questionnaire: Questionnaire, nodes: readonly OutlineNode[]): readonly Block[] {
  const places = placesOf.get(questionnaire) ?? placesIn(questionnaire)
  placesOf.set(questionnaire, places)
  const blocks = new Map<number, OutlineNode[]>()
  for (const node of nodes) {
    const number = Math.floor((places.get(node.item.linkId) ?? 0) / SIZE)
    const block = blocks.get(number)
    if (block) block.push(node)
    else blocks.set(number, [node])
  }
  return [...blocks].map(([number, inside]) => ({ number, nodes: inside }))
}

function placesIn({ items }: Questionnaire): ReadonlyMap<string, number> {
  const places = new Map<string, number>()
  const walk = (item: Item) => {
    places.set(item.linkId, places.size)
    item.items.forEach(walk)
  }
  items.forEach(walk)
  return places
}
