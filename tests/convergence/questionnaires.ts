/** The form of the simulated practice, with every kind of field that merges differently, and its next version. */
import type { JsonObject } from '../../shared/kernel/json.ts'

export const FORM_KEY = 'simulated'

export const SCALARS = ['mood', 'city'] as const
export const TEXT = 'story'

export const FIRST_VERSION: JsonObject = {
  resourceType: 'Questionnaire',
  status: 'active',
  title: 'Form',
  item: [
    { linkId: 'mood', text: 'How are you?', type: 'string' },
    { linkId: 'city', text: 'Where do you live?', type: 'string' },
    { linkId: 'story', text: 'What happened?', type: 'text' },
    {
      linkId: 'kin',
      text: 'Relatives',
      type: 'group',
      repeats: true,
      item: [{ linkId: 'name', text: 'Name', type: 'string' }],
    },
  ],
}

/** One question is gone, one is new. */
export const NEXT_VERSION: JsonObject = {
  ...FIRST_VERSION,
  item: [
    { linkId: 'mood', text: 'How are you today?', type: 'string' },
    { linkId: 'story', text: 'What happened?', type: 'text' },
    { linkId: 'sleep', text: 'How do you sleep?', type: 'string' },
  ],
}
