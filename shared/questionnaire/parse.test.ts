import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../kernel/json.ts'
import { parseQuestionnaire } from './parse.ts'

const form = (...item: Json[]) => ({ resourceType: 'Questionnaire', title: 'Form', item })
const choice = (linkId: string, more: object = {}) => ({
  linkId,
  type: 'choice',
  answerOption: [{ valueCoding: { code: 'a', display: 'A' } }, { valueCoding: { code: 'b', display: 'B' } }],
  ...more,
})
const problems = (json: Json) => {
  const parsed = parseQuestionnaire(json)
  return parsed.ok ? [] : parsed.error.map(({ code, path }) => `${code} at ${path}`)
}
const sound = (json: Json) => {
  const parsed = parseQuestionnaire(json)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}
const HL7 = 'http://hl7.org/fhir/StructureDefinition/'

describe('parsing a form', () => {
  it.each<[string, Json, string]>([
    ['another resource', { resourceType: 'Patient' }, 'wrong_resource at resourceType'],
    ['no items', form(), 'no_items at item'],
    ['a reference', form({ linkId: 'a', type: 'reference' }), 'unsupported_type at item[0].type'],
    ['a missing linkId', form({ type: 'string' }), 'no_link_id at item[0]'],
    [
      'a linkId twice, deep down',
      form(
        { linkId: 'a', type: 'string' },
        { linkId: 'g', type: 'group', item: [{ linkId: 'a', type: 'text' }] },
      ),
      'duplicate_link_id at item[1].item[0]',
    ],
    ['a choice without options', form({ linkId: 'a', type: 'choice' }), 'no_options at item[0]'],
    [
      'a value set elsewhere',
      form({ linkId: 'a', type: 'open-choice', answerValueSet: 'http://example.org/vs' }),
      'value_set_not_contained at item[0].answerValueSet',
    ],
    [
      'a value set that is not there',
      form({ linkId: 'a', type: 'open-choice', answerValueSet: '#none' }),
      'value_set_not_found at item[0].answerValueSet',
    ],
    [
      'the same option twice',
      form(choice('a', { answerOption: [{ valueString: 'x' }, { valueString: 'x' }] })),
      'duplicate_option at item[0]',
    ],
    [
      'a condition on nothing',
      form({
        linkId: 'a',
        type: 'string',
        enableWhen: [{ question: 'z', operator: '=', answerString: 'x' }],
      }),
      'unknown_question at item[0].enableWhen[0].question',
    ],
    [
      'a condition of the wrong type',
      form(
        { linkId: 'n', type: 'integer' },
        { linkId: 'a', type: 'string', enableWhen: [{ question: 'n', operator: '=', answerString: 'x' }] },
      ),
      'wrong_value at item[1].enableWhen[0].answerString',
    ],
    [
      'an unknown operator',
      form(
        { linkId: 'n', type: 'integer' },
        { linkId: 'a', type: 'string', enableWhen: [{ question: 'n', operator: '~', answerInteger: 1 }] },
      ),
      'unknown_operator at item[1].enableWhen[0].operator',
    ],
    [
      'several conditions without saying all or any',
      form(
        { linkId: 'n', type: 'integer' },
        {
          linkId: 'a',
          type: 'string',
          enableWhen: [
            { question: 'n', operator: '>', answerInteger: 1 },
            { question: 'n', operator: '<', answerInteger: 9 },
          ],
        },
      ),
      'no_enable_behavior at item[1].enableBehavior',
    ],
    [
      'a group that depends on its own question',
      form({
        linkId: 'g',
        type: 'group',
        enableWhen: [{ question: 'q', operator: 'exists', answerBoolean: true }],
        item: [{ linkId: 'q', type: 'string' }],
      }),
      'enable_when_loop at item[0]',
    ],
    [
      'an expression that changes the options',
      form({
        linkId: 'a',
        type: 'string',
        extension: [
          { url: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-answerExpression' },
        ],
      }),
      'unsupported_extension at item[0].extension[0]',
    ],
    [
      'a modifier anywhere',
      form(choice('a', { answerOption: [{ valueString: 'x', modifierExtension: [{ url: 'urn:x' }] }] })),
      'modifier_extension at item[0].answerOption[0].modifierExtension[0]',
    ],
    [
      'a pattern that could run for ever',
      form({ linkId: 'a', type: 'string', extension: [{ url: `${HL7}regex`, valueString: '(a+)+b' }] }),
      'unsupported_pattern at item[0]',
    ],
    [
      'wrong types of JSON',
      form({ linkId: 'a', type: 'string', required: 'yes' }),
      'wrong_type at item[0].required',
    ],
  ])('refuses %s, by name and path', (_, json, problem) => {
    expect(problems(json)).toContain(problem)
  })

  it('names the items of a loop', () => {
    const when = (question: string) => [{ question, operator: 'exists', answerBoolean: true }]
    const parsed = parseQuestionnaire(
      form(
        { linkId: 'a', type: 'string', enableWhen: when('b') },
        { linkId: 'b', type: 'string', enableWhen: when('c') },
        { linkId: 'c', type: 'string', enableWhen: when('b') },
      ),
    )
    expect(parsed.ok ? '' : parsed.error[0]?.message).toContain('b → c → b')
  })

  it('reads options with weights, and tells equal codes of two systems apart', () => {
    const { byLinkId } = sound(
      form(
        choice('a', {
          answerOption: [
            {
              valueCoding: { system: 'x', code: '1', display: 'One' },
              extension: [{ url: `${HL7}ordinalValue`, valueDecimal: 3 }],
            },
            { valueCoding: { system: 'y', code: '1', display: 'Uno' } },
            { valueInteger: 7, initialSelected: true },
          ],
        }),
      ),
    )
    expect(byLinkId.get('a')?.options).toMatchObject([
      { token: 'x|1', label: 'One', weight: 3 },
      { token: 'y|1', label: 'Uno' },
      { token: '7', label: '7', selected: true },
    ])
    expect(byLinkId.get('a')?.initial).toEqual(['7'])
  })

  it('makes a section of every page and of neighbouring loose questions', () => {
    const { sections } = sound(
      form(
        { linkId: 'a', type: 'string' },
        { linkId: 'b', type: 'string' },
        { linkId: 'g', type: 'group', text: 'Page', item: [{ linkId: 'c', type: 'string' }] },
        { linkId: 'd', type: 'string' },
      ),
    )
    expect(sections.map(({ title, items }) => [title, items.map((item) => item.linkId)])).toEqual([
      ['Form', ['a', 'b']],
      ['Page', ['g']],
      ['Form', ['d']],
    ])
  })

  it('notes what it leaves out because the standard allows it', () => {
    const { notes } = sound(
      form({ linkId: 'a', type: 'string', extension: [{ url: 'urn:vendor:rows', valueInteger: 3 }] }),
    )
    expect(notes).toMatchObject([{ code: 'ignored_extension', path: 'item[0].extension[0]' }])
  })

  it('flags the question about self-harm of every PHQ-9, whoever published it', () => {
    const { byLinkId } = sound(
      form(choice('q9', { code: [{ system: 'http://loinc.org', code: '44260-8' }] })),
    )
    expect(byLinkId.get('q9')?.flags).toEqual([{ code: 'self-harm', over: 0 }])
  })

  it('refuses what nests too deeply or is too long, without exhausting the stack', () => {
    let item: Json = { linkId: 'end', type: 'string' }
    for (let depth = 0; depth < 5_000; depth++) item = { linkId: `g${depth}`, type: 'group', item: [item] }
    expect(problems(form(item)).some((problem) => problem.startsWith('too_deep'))).toBe(true)
    const many = Array.from({ length: 2_001 }, (_, index) => ({ linkId: `${index}`, type: 'string' }))
    expect(problems(form(...many))).toContain('too_many at item')
  })

  it('survives any JSON', () => {
    const names = [
      'resourceType',
      'item',
      'linkId',
      'type',
      'extension',
      'answerOption',
      'enableWhen',
      'contained',
      '__proto__',
      'valueCoding',
    ]
    const { json } = fc.letrec<{ json: Json }>((tie) => ({
      json: fc.oneof(
        { depthSize: 'medium', withCrossShrink: true },
        fc.constantFrom('group', 'choice', 'Questionnaire', '#a', null, true, 7, '__proto__'),
        fc.array(tie('json'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom(...names), tie('json'), { maxKeys: 5 }),
      ),
    }))
    fc.assert(
      fc.property(json, (value) => {
        parseQuestionnaire(value)
        parseQuestionnaire({
          resourceType: 'Questionnaire',
          item: [value],
          contained: value,
          extension: value,
        })
      }),
      { numRuns: 1_000 },
    )
  })
})
