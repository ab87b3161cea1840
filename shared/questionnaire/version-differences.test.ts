/** What is said in another language is a part of a version like any other. */
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../kernel/json.ts'
import { differences, versionDifferences } from './differences.ts'
import { parseQuestionnaire } from './parse.ts'

const HL7 = 'http://hl7.org/fhir/StructureDefinition/'
const OWN = 'https://mentalspace.app/fhir/StructureDefinition/'

const inLanguage = (lang: string, content: string): JsonObject => ({
  extension: [
    {
      url: `${HL7}translation`,
      extension: [
        { url: 'lang', valueCode: lang },
        { url: 'content', valueString: content },
      ],
    },
  ],
})
const coded = (...code: string[]) => ({
  valueCodeableConcept: { coding: code.map((each) => ({ code: each })) },
})

/** A form with a text of each kind; `said` is the translation of the one at `place`. */
function formWith(place: string, said: string, lang = 'es') {
  const words = (name: string, here: string): JsonObject =>
    here === place ? { [`_${name}`]: inLanguage(lang, said) } : {}
  const shown = (here: string, code: string, display: string): JsonObject => ({
    ...{ code, display },
    ...words('display', here),
  })
  const part = (url: string, value: JsonObject) => ({ url, ...value })
  const json: Json = {
    resourceType: 'Questionnaire',
    title: 'Sleep',
    description: 'How you sleep',
    ...words('title', 'title'),
    ...words('description', 'description'),
    contained: [
      {
        ...{ resourceType: 'ValueSet', id: 'places' },
        compose: { include: [{ system: 'urn:places', concept: [shown('concept', 'bed', 'Bed')] }] },
      },
    ],
    extension: [
      {
        url: `${HL7}questionnaire-constraint`,
        extension: [
          part('key', { valueId: 'whole' }),
          part('severity', { valueCode: 'error' }),
          part('human', { valueString: 'Say more', ...words('valueString', 'form constraint') }),
          part('expression', { valueString: 'item.exists()' }),
        ],
      },
      {
        url: `${OWN}score`,
        extension: [
          part('name', { valueString: 'Total', ...words('valueString', 'score') }),
          part('item', { valueString: 'q' }),
          {
            url: 'band',
            extension: [
              part('level', { valueCoding: shown('band', 'low', 'Low') }),
              part('from', { valueInteger: 0 }),
              part('to', { valueInteger: 3 }),
            ],
          },
        ],
      },
    ],
    item: [
      {
        ...{ linkId: 'g', type: 'group', text: 'Last night' },
        ...words('text', 'section'),
        item: [
          {
            ...{ linkId: 'q', type: 'choice', text: 'How was it?', prefix: '1)' },
            ...words('text', 'text'),
            ...words('prefix', 'prefix'),
            answerOption: [
              {
                valueCoding: shown('option', 'well', 'Well'),
                extension: [
                  { url: `${HL7}ordinalValue`, valueDecimal: 1 },
                  {
                    url: `${HL7}questionnaire-optionPrefix`,
                    ...{ valueString: 'a)', ...words('valueString', 'option prefix') },
                  },
                ],
              },
            ],
            item: [
              {
                ...{ linkId: 'help', type: 'display', text: 'As you felt it', ...words('text', 'hint') },
                extension: [{ url: `${HL7}questionnaire-itemControl`, ...coded('help') }],
              },
            ],
          },
          {
            ...{ linkId: 'literal', type: 'choice', text: 'And then?' },
            answerOption: [{ valueString: 'Nothing', ...words('valueString', 'literal option') }],
          },
          { linkId: 'where', type: 'choice', text: 'Where?', answerValueSet: '#places' },
          {
            ...{ linkId: 'weight', type: 'quantity', text: 'Weight' },
            extension: [
              { url: `${HL7}questionnaire-unitOption`, valueCoding: shown('unit', 'kg', 'kilograms') },
              {
                url: `${HL7}questionnaire-constraint`,
                extension: [
                  part('key', { valueId: 'c' }),
                  part('severity', { valueCode: 'error' }),
                  part('human', { valueString: 'Too much', ...words('valueString', 'constraint') }),
                  part('expression', { valueString: 'answer.exists()' }),
                ],
              },
            ],
          },
          {
            ...{ linkId: 'day', type: 'date', text: 'Day' },
            extension: [
              {
                url: `${HL7}entryFormat`,
                ...{ valueString: 'MM/DD/YYYY', ...words('valueString', 'entry format') },
              },
            ],
          },
          { linkId: 'end', type: 'display', text: 'Thank you', ...words('text', 'display') },
        ],
      },
    ],
  }
  const parsed = parseQuestionnaire(json)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}

describe('a translation that is another', () => {
  it.each([
    ['title', '', 'text'],
    ['description', '', 'text'],
    ['form constraint', '', 'limits'],
    ['section', 'g', 'text'],
    ['text', 'q', 'text'],
    ['prefix', 'q', 'text'],
    ['hint', 'q', 'text'],
    ['option', 'q', 'options'],
    ['option prefix', 'q', 'options'],
    ['literal option', 'literal', 'options'],
    ['concept', 'where', 'options'],
    ['unit', 'weight', 'type'],
    ['constraint', 'weight', 'limits'],
    ['entry format', 'day', 'text'],
    ['display', 'end', 'text'],
    ['score', 'Total', 'score'],
    ['band', 'Total', 'score'],
  ])('of the %s is a difference of %j, by its %s', (place, linkId, part) => {
    for (const lang of ['es', 'fr', 'es-MX']) {
      const [before, after] = [formWith(place, 'Uno', lang), formWith(place, 'Dos', lang)]
      const found = [{ linkId, kind: 'changed', parts: [part], languages: [lang.toLowerCase()] }]
      expect(versionDifferences(before, after)).toMatchObject(found)
      // One that came, and one that went.
      expect(versionDifferences(formWith('', ''), after)).toMatchObject(found)
      expect(versionDifferences(before, formWith('', ''))).toMatchObject(found)
      expect(versionDifferences(before, before)).toEqual([])
      // Nobody who reads it in its own language sees anything else.
      expect(differences(before, after)).toEqual([])
    }
  })
})

describe('the form’s own words', () => {
  const titled = (title: string, item: JsonObject = {}) => {
    const parsed = parseQuestionnaire({
      ...{ resourceType: 'Questionnaire', title },
      item: [{ linkId: 'q', type: 'string', text: 'Q', ...item }],
    })
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
    return parsed.value
  }

  it('are a difference of the form, and name no language', () => {
    const translated = { text: 'R', _text: inLanguage('es', 'Dos') }
    expect(versionDifferences(titled('One'), titled('Two', translated))).toEqual([
      { linkId: '', text: 'Two', before: 'One', kind: 'changed', parts: ['text'], languages: [] },
      { linkId: 'q', text: 'R', before: 'Q', kind: 'changed', parts: ['text'], languages: [] },
    ])
  })
})

describe('the order of questions', () => {
  const ordered = (...linkIds: string[]) => {
    const parsed = parseQuestionnaire({
      ...{ resourceType: 'Questionnaire', title: 'Form' },
      item: [
        {
          ...{ linkId: 'g', type: 'group', text: 'Group' },
          item: linkIds.map((linkId) => ({ linkId, type: 'string', text: linkId })),
        },
      ],
    })
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
    return parsed.value
  }

  it('is a difference of those alone that moved', () => {
    const before = ordered('a', 'b', 'c', 'd')
    expect(versionDifferences(before, ordered('d', 'a', 'b', 'c'))).toEqual([
      { linkId: 'd', text: 'd', before: 'd', kind: 'changed', parts: ['place'], languages: [] },
    ])
    expect(
      differences(before, ordered('a', 'x', 'b', 'd')).map(({ kind, linkId }) => [kind, linkId]),
    ).toEqual([
      ['added', 'x'],
      ['removed', 'c'],
    ])
  })

  it('is none of the keys in the JSON', () => {
    const form = formWith('option', 'Uno')
    const reversed = (json: Json): Json =>
      Array.isArray(json)
        ? json.map(reversed)
        : typeof json === 'object' && json !== null
          ? Object.fromEntries(
              Object.entries(json)
                .reverse()
                .map(([name, value]) => [name, reversed(value as Json)]),
            )
          : json
    const again = parseQuestionnaire(reversed(form.source))
    expect(again.ok && versionDifferences(form, again.value)).toEqual([])
  })
})

describe('a score', () => {
  const scored = (to: number | null) => {
    const extension = [
      { url: 'name', valueString: 'Total' },
      { url: 'item', valueString: 'q' },
      {
        url: 'band',
        extension: [
          { url: 'level', valueCoding: { code: 'mild' } },
          { url: 'from', valueInteger: 0 },
          { url: 'to', valueInteger: to ?? 0 },
        ],
      },
    ]
    const weight = { url: `${HL7}ordinalValue`, valueDecimal: 1 }
    const parsed = parseQuestionnaire({
      ...{ resourceType: 'Questionnaire', title: 'Form' },
      extension: to === null ? [] : [{ url: `${OWN}score`, extension }],
      item: [
        { linkId: 'q', type: 'choice', answerOption: [{ valueCoding: { code: 'a' }, extension: [weight] }] },
      ],
    })
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
    return parsed.value
  }

  it('is another with other bands', () => {
    expect(versionDifferences(scored(4), scored(4))).toEqual([])
    expect(versionDifferences(scored(4), scored(5))).toMatchObject([{ text: 'Total', parts: ['score'] }])
    expect(versionDifferences(scored(null), scored(5))).toMatchObject([{ text: 'Total', kind: 'added' }])
    expect(versionDifferences(scored(4), scored(null))).toMatchObject([{ text: 'Total', kind: 'removed' }])
  })
})
