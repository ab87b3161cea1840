import { describe, expect, it } from 'vitest'
import type { Json } from '../kernel/json.ts'
import { languagesOf } from './languages.ts'
import { parseQuestionnaire } from './parse.ts'

const HL7 = 'http://hl7.org/fhir/StructureDefinition/'
const inSpanish = (text: string, lang = 'es'): Json => ({
  extension: [
    {
      url: `${HL7}translation`,
      extension: [
        { url: 'lang', valueCode: lang },
        { url: 'content', valueString: text },
      ],
    },
  ],
})
const FORM: Json = {
  resourceType: 'Questionnaire',
  title: 'Mood',
  _title: inSpanish('Ánimo', 'es-US'),
  item: [
    {
      linkId: 'q',
      type: 'choice',
      text: 'How are you?',
      _text: inSpanish('¿Cómo está?'),
      answerOption: [
        { valueCoding: { code: 'well', display: 'Well', _display: inSpanish('Bien') } },
        { valueString: 'So so', _valueString: inSpanish('Regular') },
      ],
    },
    {
      linkId: 'name',
      type: 'string',
      text: 'Name',
      item: [
        {
          linkId: 'help',
          type: 'display',
          text: 'As on your card',
          _text: inSpanish('Como en su tarjeta'),
          extension: [
            {
              url: `${HL7}questionnaire-itemControl`,
              valueCodeableConcept: { coding: [{ code: 'help' }] },
            },
          ],
        },
      ],
    },
  ],
}
const read = (language?: string) => {
  const parsed = parseQuestionnaire(FORM, { language })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}

describe('a form in two languages', () => {
  it('is read in the language that is asked for, and in its own where it has no such words', () => {
    expect([read().title, read('es').title, read('fr').title]).toEqual(['Mood', 'Ánimo', 'Mood'])
    const [question, name] = read('es').items
    expect(question?.text).toBe('¿Cómo está?')
    expect(question?.options.map(({ label }) => label)).toEqual(['Bien', 'Regular'])
    expect(name).toMatchObject({ text: 'Name', hint: 'Como en su tarjeta', items: [] })
  })

  it('stores the same answers in every language', () => {
    const tokens = (language?: string) =>
      read(language).items[0]?.options.map(({ token, coding }) => [token, coding])
    expect(tokens('es')).toEqual(tokens())
    expect(tokens()?.[0]?.[1]).toEqual({ code: 'well', display: 'Well' })
  })

  const concept = (...designation: Json[]) => {
    const given = { code: 'bed', display: 'Bed', designation }
    const form = (language?: string) =>
      parseQuestionnaire(
        {
          ...{ resourceType: 'Questionnaire', title: 'Sleep' },
          contained: [
            {
              ...{ resourceType: 'ValueSet', id: 'places' },
              compose: { include: [{ system: 'urn:places', concept: [given] }] },
            },
          ],
          item: [{ linkId: 'q', type: 'choice', answerValueSet: '#places' }],
        },
        { language },
      )
    const label = (language?: string) => {
      const parsed = form(language)
      return parsed.ok ? parsed.value.items[0]?.options[0]?.label : parsed.error
    }
    const parsed = form()
    return { label, languages: parsed.ok ? languagesOf(parsed.value.source) : parsed.error }
  }

  it('calls a concept of a value set as its designations do', () => {
    const use = { code: '900000000000013009' }
    const { label, languages } = concept(
      { language: 'es', use, value: 'Lecho' },
      { language: 'es-MX', value: 'Camita' },
      { language: 'es', value: 'Cama' },
      { language: 'fr', use, value: 'Lit' },
      { value: 'Of no language' },
    )
    expect([label(), label('es'), label('fr'), label('de')]).toEqual(['Bed', 'Cama', 'Lit', 'Bed'])
    expect(languages).toEqual(['es', 'es-mx', 'fr'])
  })
})
