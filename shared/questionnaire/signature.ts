/**
 * A signature: a typed name or a drawing, with what it was put under and when. A drawing is a path of straight lines on
 * a sheet of 600 by 200, so that it prints at any size and stays small. Pure.
 */
import type { JsonObject } from '../kernel/json.ts'
import type { Answer, Item, Questionnaire } from './questionnaire.ts'

export const SHEET = { width: 600, height: 200 } as const
/** Characters of a drawing: some 2,500 points, more than any hand makes once they are thinned out. */
export const MAX_DRAWING = 24_000
export const MAX_NAME = 200

export interface Signature {
  readonly name?: string
  /** `M12 30L14 32L…`: whole numbers on the sheet. */
  readonly drawing?: string
  /** When it was signed, ms. */
  readonly at: number
  /** The words that were signed. */
  readonly statement: string
  /** Of the form: `url|version`. */
  readonly form: string
}

/** There in browsers, workers and Node alike. */
declare function btoa(text: string): string

const DRAWING = /^(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})*)+$/

/** What a signature names as the form it stands in. */
export const formSigned = ({ url, version }: Pick<Questionnaire, 'url' | 'version'>): string =>
  `${url ?? ''}|${version ?? ''}`

/** Null: it is none (yet). */
export function readSignature(answer: Answer | undefined): Signature | null {
  if (typeof answer !== 'object') return null
  const { name, drawing, at, statement, form } = answer
  const named = typeof name === 'string' && name.trim() !== ''
  const drawn = typeof drawing === 'string' && drawing !== ''
  if (
    (!named && !drawn) ||
    typeof at !== 'number' ||
    typeof statement !== 'string' ||
    typeof form !== 'string'
  )
    return null
  return {
    ...(named ? { name } : {}),
    ...(drawn ? { drawing } : {}),
    at,
    statement,
    form,
  }
}

export type SignatureTrouble = 'wrong_type' | 'too_long' | 'signed_other_words'

/** `statements`: the words of the question in every language that the form has. */
export function checkSignature(
  answer: Answer,
  statements: readonly string[],
  form: string | undefined,
): SignatureTrouble | null {
  const signature = readSignature(answer)
  if (signature === null) return 'wrong_type'
  const { name = '', drawing = '', at } = signature
  if (name.length > MAX_NAME || drawing.length > MAX_DRAWING) return 'too_long'
  if ((drawing !== '' && !DRAWING.test(drawing)) || !Number.isSafeInteger(at) || at < 0) return 'wrong_type'
  const same = statements.includes(signature.statement) && (form === undefined || signature.form === form)
  return same ? null : 'signed_other_words'
}

export const isSigned = (item: Item): boolean => item.signature && item.options.length === 0

/** As FHIR has it: a Signature in an extension beside the answer; a drawing is an SVG. */
export function signatureExtension(item: Item, answer: Answer | undefined): JsonObject {
  const signature = isSigned(item) ? readSignature(answer) : null
  if (signature === null) return {}
  const { name, drawing, at } = signature
  const value: JsonObject = {
    type: [{ system: 'urn:iso-astm:E1762-95:2013', code: '1.2.840.10065.1.12.1.7' }],
    when: new Date(at).toISOString(),
    who: { display: name ?? 'The person who filled this form' },
    ...(drawing === undefined ? {} : { sigFormat: 'image/svg+xml', data: btoa(drawnSvg(drawing)) }),
  }
  return {
    extension: [
      {
        url: 'http://hl7.org/fhir/StructureDefinition/questionnaireresponse-signature',
        valueSignature: value,
      },
    ],
  }
}

const drawnSvg = (drawing: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SHEET.width} ${SHEET.height}"><path d="${drawing}" fill="none" stroke="#102a43" stroke-width="4"/></svg>`
