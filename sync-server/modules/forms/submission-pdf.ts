/**
 * A submission on paper: a PDF with every question that was asked, its answer, scores with their bands, signatures as
 * they were made, and files by name and size.
 */
import type { Submission } from '../../../shared/domains/forms/schema.ts'
import { inRow, itemKey } from '../../../shared/questionnaire/answer-key.ts'
import { valuesOf } from '../../../shared/questionnaire/answer-values.ts'
import { completeAnswers, enabledItems } from '../../../shared/questionnaire/enable.ts'
import type { Instance } from '../../../shared/questionnaire/instances.ts'
import {
  type AnswerMap,
  hasRows,
  type Item,
  type Questionnaire,
} from '../../../shared/questionnaire/questionnaire.ts'
import type { Score } from '../../../shared/questionnaire/score.ts'
import { isSigned, readSignature, SHEET } from '../../../shared/questionnaire/signature.ts'
import { valueText } from '../../../shared/questionnaire/value-text.ts'
import { createSheet, type Sheet } from '../../platform/pdf/sheet.ts'
import { PDF_WORDS, type PdfLanguage } from './pdf-words.ts'

export interface PdfInput {
  readonly submission: Submission
  readonly form: Questionnaire
  readonly clientName: string
  readonly practiceName: string
  readonly timeZone: string
  readonly language: PdfLanguage
  /** For staff alone. */
  readonly scores: readonly Score[]
}

export function submissionPdf(input: PdfInput): Promise<Uint8Array> {
  const { submission, form, language, practiceName } = input
  const sheet = createSheet({
    title: form.title,
    language,
    foot: submission.reference ?? practiceName,
    at: submission.receivedAt ?? submission.submittedAt,
  })
  writeHead(sheet, input)
  const answers = completeAnswers(form, submission.answers)
  const asked = new Map(enabledItems(form, submission.answers).list.map((each) => [each.key, each]))
  new Writer(sheet, input, answers, asked).items(form.items, '')
  return sheet.finish()
}

const momentOf = ({ language, timeZone }: PdfInput, at: number): string =>
  new Intl.DateTimeFormat(language, {
    ...{ year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit' },
    // Named: a print of the same page may stand in another one.
    ...{ timeZone, timeZoneName: 'short' },
  }).format(at)

function writeHead(sheet: Sheet, input: PdfInput): void {
  const { submission, form, clientName, practiceName, language, scores } = input
  const words = PDF_WORDS[language]
  sheet.paragraph(practiceName, true)
  sheet.heading(form.title)
  sheet.facts([
    [words.client, clientName],
    [words.submitted, momentOf(input, submission.submittedAt)],
    ...(submission.receivedAt ? [[words.received, momentOf(input, submission.receivedAt)] as const] : []),
    ...(submission.reference ? [[words.reference, submission.reference] as const] : []),
    ...scores.map(
      ({ name, value, max, band, complete }) =>
        [name, `${value} / ${max}${complete && band ? ` · ${band.label}` : ''}`] as const,
    ),
  ])
}

class Writer {
  private readonly sheet: Sheet
  private readonly input: PdfInput
  private readonly answers: AnswerMap
  private readonly asked: ReadonlyMap<string, Instance>
  private readonly scoreItems: ReadonlySet<string>

  constructor(sheet: Sheet, input: PdfInput, answers: AnswerMap, asked: ReadonlyMap<string, Instance>) {
    this.sheet = sheet
    this.input = input
    this.answers = answers
    this.asked = asked
    // As on the screen: a score is for the clinic to tell.
    this.scoreItems = new Set(input.form.scores.flatMap(({ target }) => target ?? []))
  }

  /** The depth of a form is bounded where it is read. */
  items(items: readonly Item[], row: string): void {
    for (const item of items) {
      const instance = this.asked.get(inRow(row, itemKey(item.linkId)))
      if (instance === undefined || item.hidden || this.scoreItems.has(item.linkId)) continue
      if (item.type === 'group') this.group(item, instance, row)
      else if (item.type !== 'display') this.question(item, instance, row)
    }
  }

  private group(item: Item, instance: Instance, row: string): void {
    if (!hasRows(item)) {
      if (item.text !== '') this.sheet[item.parent === null ? 'part' : 'section'](item.text)
      this.items(item.items, row)
    }
    if (hasRows(item) && instance.rows.length === 0)
      this.sheet.answer(item.text, PDF_WORDS[this.input.language].none, true)
    for (const [index, each] of instance.rows.entries()) {
      this.sheet.section(`${item.text} ${index + 1}`.trim())
      this.items(item.items, each)
    }
  }

  private question(item: Item, instance: Instance, row: string): void {
    const { language } = this.input
    const words = { locale: language, ...PDF_WORDS[language] }
    const values = valuesOf(instance, this.answers)
    const text = values.map((value) => valueText(item, value, words)).join('\n') || words.none
    this.sheet.answer(item.text, text, values.length === 0)
    this.signature(item, instance)
    for (const inside of hasRows(item) ? instance.rows : [row]) this.items(item.items, inside)
  }

  private signature(item: Item, instance: Instance): void {
    const signature = isSigned(item) ? readSignature(this.answers[instance.key]) : null
    if (signature === null) return
    if (signature.drawing) this.sheet.drawing({ path: signature.drawing, ...SHEET })
    this.sheet.note(`${PDF_WORDS[this.input.language].signed}: ${momentOf(this.input, signature.at)}`)
  }
}
