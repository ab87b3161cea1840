/**
 * Reads hostile JSON one step at a time: every read checks the type, and every surprise becomes a Problem with its
 * path. A read that fails gives undefined, so that one pass names all problems of a form.
 */
import type { Json, JsonObject } from '../kernel/json.ts'
import type { Problem } from './questionnaire.ts'

/** Problems of one form that are listed; a hostile form could have millions. */
const MAX_PROBLEMS = 100

/** Words of a form in another language: the standard's extension beside the text (`_text`). */
export const TRANSLATION = 'http://hl7.org/fhir/StructureDefinition/translation'

type Said = readonly (readonly [tag: string, text: string])[]

/** In exactly this language, else in one of its regions. */
export function inLanguage(language: string | undefined, said: Said): string | undefined {
  if (language === undefined) return undefined
  const found = said.find(([tag]) => tag === language) ?? said.find(([tag]) => tag.startsWith(`${language}-`))
  return found?.[1]
}

export class ProblemList {
  /** Texts that people read are read in this language, where the form has them in it. */
  readonly language: string | undefined
  /** Is it read to be published? A form that was published before is read as ever. */
  readonly publishing: boolean
  readonly refused: Problem[] = []
  readonly notes: Problem[] = []

  constructor(language?: string, publishing = false) {
    this.language = language
    this.publishing = publishing
  }

  refuse(code: string, path: string, message: string): undefined {
    if (this.refused.length < MAX_PROBLEMS) this.refused.push({ code, path, message })
  }

  note(code: string, path: string, message: string): undefined {
    if (this.notes.length < MAX_PROBLEMS) this.notes.push({ code, path, message })
  }
}

export class JsonNode {
  readonly value: JsonObject
  readonly path: string
  readonly problems: ProblemList

  constructor(value: JsonObject, path: string, problems: ProblemList) {
    this.value = value
    this.path = path
    this.problems = problems
  }

  has(name: string): boolean {
    return Object.hasOwn(this.value, name) && this.value[name] !== undefined && this.value[name] !== null
  }

  raw(name: string): Json | undefined {
    return this.has(name) ? this.value[name] : undefined
  }

  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`
  }

  string(name: string, max = 5_000): string | undefined {
    const value = this.raw(name)
    if (value === undefined) return undefined
    if (typeof value !== 'string') return this.wrongType(name, 'a string')
    if (value.length > max)
      return this.problems.refuse('too_long', this.at(name), `Longer than ${max} characters.`)
    return value
  }

  /** A text that people read, in the reader's language where the form has it. */
  words(name: string, max = 5_000): string | undefined {
    return this.translated(name, max) ?? this.string(name, max)
  }

  /** The text and its translations. */
  everyLanguage(name: string): readonly string[] {
    const own = this.string(name)
    return [...(own === undefined ? [] : [own]), ...this.translations(name, 5_000).map(([, text]) => text)]
  }

  /** By the standard's extension beside it. */
  translated(name: string, max: number): string | undefined {
    return inLanguage(this.problems.language, this.translations(name, max))
  }

  private translations(name: string, max: number): Said {
    if (!this.has(`_${name}`)) return []
    return (this.child(`_${name}`)?.children('extension', 50) ?? []).flatMap((extension) => {
      if (extension.raw('url') !== TRANSLATION) return []
      const parts = extension.children('extension', 10)
      const given = (url: string) => parts.find((part) => part.raw('url') === url)
      const tag = given('lang')?.string('valueCode', 20)?.toLowerCase()
      const content = given('content')
      const text = content?.string('valueString', max) ?? content?.string('valueMarkdown', max)
      return tag === undefined || text === undefined ? [] : [[tag, text] as const]
    })
  }

  boolean(name: string): boolean | undefined {
    const value = this.raw(name)
    if (value === undefined || typeof value === 'boolean') return value
    return this.wrongType(name, 'true or false')
  }

  number(name: string): number | undefined {
    const value = this.raw(name)
    if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value
    return this.wrongType(name, 'a number')
  }

  integer(name: string): number | undefined {
    const value = this.number(name)
    if (value === undefined || Number.isSafeInteger(value)) return value
    return this.wrongType(name, 'a whole number')
  }

  child(name: string): JsonNode | undefined {
    const value = this.raw(name)
    if (value === undefined) return undefined
    if (!isObject(value)) return this.wrongType(name, 'an object')
    return new JsonNode(value, this.at(name), this.problems)
  }

  children(name: string, max = 2_000): readonly JsonNode[] {
    const value = this.raw(name)
    if (value === undefined) return []
    if (!Array.isArray(value)) return this.wrongType(name, 'a list') ?? []
    if (value.length > max)
      return this.problems.refuse('too_many', this.at(name), `More than ${max} entries.`) ?? []
    return value.flatMap((entry: Json, index: number) => {
      const path = `${this.at(name)}[${index}]`
      if (isObject(entry)) return [new JsonNode(entry, path, this.problems)]
      this.problems.refuse('wrong_type', path, 'Must be an object.')
      return []
    })
  }

  refuse(code: string, message: string): undefined {
    return this.problems.refuse(code, this.path, message)
  }

  note(code: string, message: string): undefined {
    return this.problems.note(code, this.path, message)
  }

  private wrongType(name: string, expected: string): undefined {
    return this.problems.refuse('wrong_type', this.at(name), `Must be ${expected}.`)
  }
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
