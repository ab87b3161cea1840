import { describe, expect, it } from 'vitest'
import type { Answers } from '../../../shared/domains/forms/schema.ts'
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
const earlier = (answers: Answers, submittedAt: number, ...items: Json[]) => ({
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
    expect(Object.fromEntries(found)).toMatchObject({ street: { answers: { street: '2 New St' }, at: 200 } })
  })

  it('are not taken from another question, nor where they would not be valid now', () => {
    const others = [
      earlier({ street: 'x' }, 1, { ...street, text: 'Street of your employer' }),
      earlier({ street: 'x' }, 1, { ...street, type: 'text' }),
      earlier({ street: 'much longer than twenty characters' }, 1, street),
    ]
    expect(suggestionsFor(form(street), others, null).size).toBe(0)
  })

  it('are all options that were chosen, where all of them can still be chosen', () => {
    const colour = (...codes: string[]) => ({
      ...{ linkId: 'c', type: 'open-choice', text: 'Colours', repeats: true },
      answerOption: codes.map((code) => ({ valueCoding: { code, display: code.toUpperCase() } })),
    })
    const given = { 'c{red}': true, 'c{blue}': true, c: 'gold' }
    const now = form(colour('red', 'blue', 'green'))
    const found = suggestionsFor(now, [earlier(given, 1, colour('red', 'blue'))], null).get('c')
    expect(found).toMatchObject({
      answers: given,
      lines: [[{ value: 'red' }, { value: 'blue' }, { value: 'gold' }]],
    })
    expect(suggestionsFor(form(colour('red')), [earlier(given, 1, colour('red', 'blue'))], null).size).toBe(0)
  })

  it('are all rows, or none of them', () => {
    const plain = (linkId: string, text: string) => ({ linkId, type: 'string', text })
    const medicines = (...more: Json[]) => ({
      ...{ linkId: 'm', type: 'group', text: 'Medicine', repeats: true },
      item: [plain('name', 'Name'), plain('dose', 'Dose'), ...more],
    })
    const given = {
      'm[b]': 2,
      'm[b]/name': 'Iron',
      'm[a]': 1,
      'm[a]/name': 'Ibuprofen',
      'm[a]/dose': '200 mg',
    }
    const found = suggestionsFor(form(medicines()), [earlier(given, 1, medicines())], null).get('m')
    expect(found?.answers).toEqual(given)
    expect(found?.lines.map((line) => line.map(({ value }) => value))).toEqual([
      ['Ibuprofen', '200 mg'],
      ['Iron'],
    ])
    const photo = { linkId: 'photo', type: 'attachment', text: 'A photo' }
    expect(suggestionsFor(form(medicines(photo)), [earlier(given, 1, medicines())], null).size).toBe(0)
    const few = { ...medicines(), extension: [{ url: `${HL7}questionnaire-maxOccurs`, valueInteger: 1 }] }
    expect(suggestionsFor(form(few), [earlier(given, 1, medicines())], null).size).toBe(0)
  })

  it('are all answers of a question that takes several', () => {
    const allergies = { linkId: 'a', type: 'string', text: 'Allergies', repeats: true }
    const given = { 'a[x]': 'Peanuts', 'a[y]': 'Milk' }
    const found = suggestionsFor(form(allergies), [earlier(given, 1, allergies)], null).get('a')
    expect(found).toMatchObject({ answers: given, lines: [[{ value: 'Peanuts' }], [{ value: 'Milk' }]] })
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
    expect(suggestionsFor(form(mail), [], profile).get('m')).toMatchObject({
      answers: { m: 'alex@example.org' },
      lines: [[{ value: 'alex@example.org' }]],
      at: null,
    })
  })
})
