import { describe, expect, it } from 'vitest'
import type { Json } from '../kernel/json.ts'
import { differences, homelessAnswers } from './differences.ts'
import { parseQuestionnaire } from './parse.ts'

const form = (...item: Json[]) => {
  const parsed = parseQuestionnaire({ resourceType: 'Questionnaire', title: 'Form', item })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}
const name = { linkId: 'name', type: 'string', text: 'Name' }
const mood = (text: string) => ({
  linkId: 'mood',
  type: 'choice',
  text,
  answerOption: [{ valueString: 'well' }, { valueString: 'ill' }],
})

describe('two versions of a form', () => {
  it('differ in nothing where they say the same', () => {
    expect(differences(form(name, mood('Mood')), form(name, mood('Mood')))).toEqual([])
  })

  it('name what came, what went, and what of a question is another', () => {
    const before = form(name, mood('Mood'), { linkId: 'fax', type: 'string', text: 'Fax' })
    const after = form({ ...name, required: true, maxLength: 9 }, mood('How are you?'), {
      linkId: 'tel',
      type: 'string',
      text: 'Phone',
      enableWhen: [{ question: 'mood', operator: '=', answerString: 'ill' }],
    })
    expect(differences(before, after)).toEqual([
      { linkId: 'name', text: 'Name', kind: 'changed', parts: ['required', 'limits'], before: 'Name' },
      { linkId: 'mood', text: 'How are you?', kind: 'changed', parts: ['text'], before: 'Mood' },
      { linkId: 'tel', text: 'Phone', kind: 'added', parts: [] },
      { linkId: 'fax', text: 'Fax', kind: 'removed', parts: [] },
    ])
  })

  it('leave answers without a home: of questions that are gone, or that take answers in another way', () => {
    const answers = { name: 'Alex', fax: '1', 'mood{well}': true, 'rows[r1]/x': 'y' }
    expect(homelessAnswers(form(name, mood('Mood')), answers)).toEqual(['fax', 'mood{well}', 'rows[r1]/x'])
  })
})
