import { describe, expect, it } from 'vitest'
import { enabledItems } from '../../../shared/questionnaire/enable.ts'
import { parseQuestionnaire } from '../../../shared/questionnaire/parse.ts'
import { questionName } from './question-name.ts'

const parsed = parseQuestionnaire({
  ...{ resourceType: 'Questionnaire', title: 'Household' },
  item: [
    { linkId: 'street', type: 'string', text: 'Street' },
    {
      ...{ linkId: 'person', type: 'group', repeats: true, text: 'Household member' },
      item: [
        { linkId: 'name', type: 'string', text: 'Name' },
        { linkId: 'phone', type: 'string', repeats: true, text: 'Phone' },
        {
          ...{ linkId: 'health', type: 'group', text: 'Health' },
          item: [
            {
              ...{ linkId: 'medicine', type: 'group', repeats: true, text: 'medication' },
              item: [{ linkId: 'dose', type: 'string', text: 'Dose' }],
            },
          ],
        },
      ],
    },
  ],
})
const answers = {
  // Not in the order of their ids.
  'person[b]': 1,
  'person[a]': 2,
  'person[a]/phone[x]': '1',
  'person[a]/phone[y]': '2',
  'person[a]/medicine[m]': 1,
  'person[b]/medicine[m]': 1,
  'person[b]/medicine[n]': 2,
}

describe('a question in a list of problems', () => {
  it.each([
    ['street', 'Street', 'Street'],
    ['person[b]/name', 'Name', 'Household member 1: Name'],
    ['person[a]/name', 'Name', 'Household member 2: Name'],
    ['person[a]/medicine[m]/dose', 'Dose', 'Household member 2, medication 1: Dose'],
    ['person[b]/medicine[n]/dose', 'Dose', 'Household member 1, medication 2: Dose'],
    // The list itself, and one answer of several.
    ['person[a]/medicine', 'medication', 'Household member 2: medication'],
    ['person[a]/phone[y]', 'Phone', 'Household member 2, Phone 2'],
    ['person[gone]/name', 'Name', 'Name'],
  ])('%s (%s) is “%s”', (key, text, name) => {
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
    expect(questionName(enabledItems(parsed.value, answers).list, key, text)).toBe(name)
  })
})
