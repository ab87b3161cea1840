import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../kernel/json.ts'
import { filesIn, needsFile, readAttached, takenTypes } from './attached-file.ts'
import { parseQuestionnaire } from './parse.ts'
import type { Answer } from './questionnaire.ts'
import { fromQuestionnaireResponse, toQuestionnaireResponse } from './response.ts'
import { validateAnswers } from './validate.ts'
import { valueText } from './value-text.ts'

const HL7 = 'http://hl7.org/fhir/StructureDefinition/'
const question = (...extension: JsonObject[]): JsonObject => ({
  ...{ linkId: 'card', type: 'attachment', text: 'Your card' },
  extension: [...extension],
})
const kind = (valueCode: string) => ({ url: `${HL7}mimeType`, valueCode })
const most = (valueDecimal: number) => ({ url: `${HL7}maxSize`, valueDecimal })
const parsed = (item: Json) =>
  parseQuestionnaire({ resourceType: 'Questionnaire', title: 'Form', item: [item] })
const form = (...extension: JsonObject[]) => {
  const read = parsed(question(...extension))
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  return read.value
}
const card = {
  ...{ file: '11111111-1111-4111-8111-111111111111', name: 'Card.png', type: 'image/png' },
  ...{ bytes: 1_500_000, sha256: 'ab'.repeat(32) },
}
const codes = (answer: Answer, ...extension: JsonObject[]) =>
  validateAnswers(form(...extension), { card: answer }).map(({ code }) => code)

describe('a file as an answer', () => {
  it('is what is said of it, all of it', () => {
    expect(codes(card)).toEqual([])
    const wrong: readonly Answer[] = [
      'Card.png',
      { ...card, file: 'card' },
      { ...card, name: '  ' },
      { ...card, name: 'n'.repeat(201) },
      { ...card, bytes: 0 },
      { ...card, bytes: 1.5 },
      { ...card, sha256: 'AB'.repeat(32) },
    ]
    for (const answer of wrong) expect(codes(answer), JSON.stringify(answer)).toEqual(['wrong_type'])
  })

  it('is of a kind and a size that the portal takes, and that the form takes', () => {
    expect(codes({ ...card, type: 'video/mp4' })).toEqual(['file_kind'])
    expect(codes({ ...card, bytes: 21_000_000 })).toEqual(['file_too_large'])
    expect(codes(card, kind('application/pdf'))).toEqual(['file_kind'])
    expect(codes(card, kind('application/pdf'), kind('image/*'))).toEqual([])
    expect(codes(card, most(1_000_000))).toEqual(['file_too_large'])
    expect(takenTypes({ mimeTypes: ['image/*'] })).toEqual(['image/jpeg', 'image/png', 'image/webp'])
  })

  it('a question that no file could answer is refused with its place', () => {
    for (const extension of [kind('video/mp4'), most(0)]) {
      const read = parsed(question(extension))
      const found = read.ok ? [] : read.error.map(({ code, path }) => [code, path])
      expect(found).toEqual([['unsupported_files', 'item[0]']])
    }
  })

  it('is an Attachment in FHIR, and comes back as it was', () => {
    const response = toQuestionnaireResponse(form(), { card })
    expect(response.item).toEqual([
      {
        linkId: 'card',
        text: 'Your card',
        answer: [
          {
            valueAttachment: {
              ...{ contentType: 'image/png', url: `urn:uuid:${card.file}`, size: card.bytes },
              ...{ hash: card.sha256, title: 'Card.png' },
            },
          },
        ],
      },
    ])
    expect(fromQuestionnaireResponse(form(), response)).toEqual({ card })
    const elsewhere = { contentType: 'image/png', url: 'https://example.org/card.png' }
    const item = [{ linkId: 'card', answer: [{ valueAttachment: elsewhere }] }]
    expect(fromQuestionnaireResponse(form(), { ...response, item })).toEqual({})
  })

  it('reads as its name and size', () => {
    const [item] = form().items
    const words = { locale: 'es', yes: 'Sí', no: 'No', none: '–', drawn: '✍' }
    expect(item && valueText(item, card, words)).toBe('Card.png (1,4 MB)')
  })

  it('is found in answers once, and in a form at any depth', () => {
    const beside = { ...card, file: '22222222-2222-4222-8222-222222222222' }
    expect(filesIn(['text', card, null, card, beside, 3]).map(({ file }) => file)).toEqual([
      card.file,
      beside.file,
    ])
    expect(readAttached({ value: 3 })).toBeNull()
    const form = (more: object) => {
      const photo = { linkId: 'p', type: 'attachment', text: 'A photo', ...more }
      const group = { linkId: 'g', type: 'group', item: [{ linkId: 'h', type: 'group', item: [photo] }] }
      return { resourceType: 'Questionnaire', item: [group] }
    }
    expect(needsFile(form({ required: true }))).toBe(true)
    expect(needsFile(form({}))).toBe(false)
    expect(needsFile({ item: [{ linkId: 'a', type: 'string', required: true }] })).toBe(false)
  })
})
