import { describe, expect, it } from 'vitest'
import { parseQuestionnaire } from '../../../shared/questionnaire/parse.ts'
import type { AnswerMap } from '../../../shared/questionnaire/questionnaire.ts'
import { outlineForm } from '../../drafts/form-outline.ts'
import { blocksOf } from './blocks.ts'

const parsed = parseQuestionnaire({
  resourceType: 'Questionnaire',
  title: 'Form',
  item: [
    {
      ...{ linkId: 'page', type: 'group', text: 'Page' },
      item: Array.from({ length: 60 }, (_, n) => ({
        ...{ linkId: `q${n}`, type: 'integer', text: `Question ${n}` },
        // Every fifth is asked by the one before it, and has one below it.
        ...(n % 5 === 4
          ? {
              enableWhen: [{ question: `q${n - 1}`, operator: 'exists', answerBoolean: true }],
              item: [{ linkId: `q${n}-why`, type: 'string', text: 'Why?' }],
            }
          : {}),
      })),
    },
  ],
})
if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
const form = parsed.value

const blocks = (answers: AnswerMap) => {
  const [section] = form.sections
  if (section === undefined) throw new Error('no section')
  const nodes = outlineForm(form, answers).section(section)
  return { nodes, blocks: blocksOf(form, nodes) }
}
const ALL = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`q${n}`, 1]))

describe('blocks of questions', () => {
  it('hold every question once, in order, few in each', () => {
    for (const answers of [{}, ALL]) {
      const { nodes, blocks: found } = blocks(answers)
      expect(found.flatMap((block) => block.nodes)).toEqual(nodes)
      expect(Math.max(...found.map((block) => block.nodes.length))).toBeLessThanOrEqual(10)
      expect(new Set(found.map((block) => block.number)).size).toBe(found.length)
    }
  })

  it('keep each question, whatever else is asked', () => {
    const blockOf = (answers: AnswerMap) =>
      new Map(blocks(answers).blocks.flatMap(({ number, nodes }) => nodes.map(({ key }) => [key, number])))
    const all = blockOf(ALL)
    const few = blockOf({})
    expect(few.size).toBeLessThan(all.size)
    for (const [key, number] of few) expect(all.get(key)).toBe(number)
  })
})
