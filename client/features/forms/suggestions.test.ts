import { describe, expect, it } from 'vitest'
import type { Profile } from '../../../shared/domains/profile/schema.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { parseQuestionnaire } from '../../../shared/questionnaire/parse.ts'
import { suggestionsFor } from './suggestions.ts'

const HL7 = 'http://hl7.org/fhir/StructureDefinition/'
const form = (...item: Json[]) => {
  const parsed = parseQuestionnaire({ resourceType: 'Questionnaire', title: 'Form', item })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}
const street = { linkId: 'street', type: 'string', text: 'Street', maxLength: 20 }
const earlier = (answers: Record<string, string>, submittedAt: number, ...items: Json[]) => ({
  submission: { answers, submittedAt },
  questionnaire: form(...items),
})

describe('suggestions', () => {
  it('are the newest answer to the same question, with its day', () => {
    const found = suggestionsFor(
      form(street),
      [earlier({ street: '2 New St' }, 200, street), earlier({ street: '1 Old St' }, 100, street)],
      null,
    )
    expect(Object.fromEntries(found)).toEqual({ street: { value: '2 New St', at: 200 } })
  })

  it('are not taken from another question, nor where they would not be valid now', () => {
    const others = [
      earlier({ street: 'x' }, 1, { ...street, text: 'Street of your employer' }),
      earlier({ street: 'x' }, 1, { ...street, type: 'text' }),
      earlier({ street: 'much longer than twenty characters' }, 1, street),
    ]
    expect(suggestionsFor(form(street), others, null).size).toBe(0)
  })

  it('are never offered for signatures, consents, scores and alarming answers', () => {
    const option = (weight: number) => ({
      valueCoding: { code: `w${weight}` },
      extension: [{ url: `${HL7}ordinalValue`, valueDecimal: weight }],
    })
    const items = [
      {
        linkId: 'sign',
        type: 'string',
        text: 'Sign',
        extension: [{ url: `${HL7}questionnaire-signatureRequired` }],
      },
      { linkId: 'agree', type: 'choice', text: 'Agree', answerOption: [{ valueCoding: { code: 'yes' } }] },
      {
        linkId: 'harm',
        type: 'choice',
        text: 'Harm',
        code: [{ code: '44260-8' }],
        answerOption: [option(0), option(1)],
      },
    ]
    const given = { sign: 'Alex', agree: 'yes', harm: 'w0' }
    expect(suggestionsFor(form(...items), [earlier(given, 1, ...items)], null).size).toBe(0)
  })

  it('come from the client’s own details where nothing was handed in', () => {
    const OWN = 'https://mentalspace.app/fhir/StructureDefinition/autocomplete'
    const mail = { linkId: 'm', type: 'string', text: 'Mail', extension: [{ url: OWN, valueCode: 'email' }] }
    const profile = { email: 'alex@example.org' } as Profile
    expect(suggestionsFor(form(mail), [], profile).get('m')).toEqual({
      value: 'alex@example.org',
      at: null,
    })
  })
})
