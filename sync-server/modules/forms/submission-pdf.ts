/**
 * A submission on paper: a PDF with every question that was asked, its answer, scores with their bands, and signatures as
 * they were made. The font holds far more than English and Spanish; what it has no sign for is a box, never a wrong letter.
 */
import { createRequire } from 'node:module'
import PDFDocument from 'pdfkit'
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

const require = createRequire(import.meta.url)
const font = (name: string) => require.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)
const MARGIN = 56
const INK = '#102a43'
const SOFT = '#486581'

export function submissionPdf(input: PdfInput): Promise<Buffer> {
  const { submission, form, language } = input
  const document = new PDFDocument({
    size: 'LETTER',
    margin: MARGIN,
    bufferPages: true,
    lang: language,
    info: { Title: form.title, Creator: 'MentalSpace Portal' },
  })
  document.registerFont('plain', font('DejaVuSans')).registerFont('bold', font('DejaVuSans-Bold'))
  const chunks: Buffer[] = []
  const done = new Promise<Buffer>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk))
    document.on('end', () => resolve(Buffer.concat(chunks)))
    document.on('error', reject)
  })
  writeHead(document, input)
  const answers = completeAnswers(form, submission.answers)
  const asked = new Map(enabledItems(form, submission.answers).list.map((each) => [each.key, each]))
  new Writer(document, input, answers, asked).items(form.items, '')
  numberPages(document, input)
  document.end()
  return done
}

const momentOf = ({ language, timeZone }: PdfInput, at: number): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone }).format(at)

function writeHead(document: PDFKit.PDFDocument, input: PdfInput): void {
  const { submission, form, clientName, practiceName, language, scores } = input
  const words = PDF_WORDS[language]
  document.font('plain').fontSize(9).fillColor(SOFT).text(practiceName)
  document.font('bold').fontSize(18).fillColor(INK).text(form.title).moveDown(0.5)
  const facts = [
    [words.client, clientName],
    [words.submitted, momentOf(input, submission.submittedAt)],
    ...(submission.receivedAt ? [[words.received, momentOf(input, submission.receivedAt)]] : []),
    ...(submission.reference ? [[words.reference, submission.reference]] : []),
    ...scores.map(({ name, value, max, band, complete }) => [
      name,
      `${value} / ${max}${complete && band ? ` · ${band.label}` : ''}`,
    ]),
  ]
  for (const [name = '', fact = ''] of facts)
    document
      .font('bold')
      .fontSize(9)
      .fillColor(SOFT)
      .text(`${name}: `, { continued: true })
      .font('plain')
      .fillColor(INK)
      .text(fact)
  document.moveDown()
}

class Writer {
  private readonly document: PDFKit.PDFDocument
  private readonly input: PdfInput
  private readonly answers: AnswerMap
  private readonly asked: ReadonlyMap<string, Instance>
  private readonly scoreItems: ReadonlySet<string>

  constructor(
    document: PDFKit.PDFDocument,
    input: PdfInput,
    answers: AnswerMap,
    asked: ReadonlyMap<string, Instance>,
  ) {
    this.document = document
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
      this.heading(item.text, item.parent === null)
      this.items(item.items, row)
    }
    for (const [index, each] of instance.rows.entries()) {
      this.heading(`${item.text} ${index + 1}`, false)
      this.items(item.items, each)
    }
  }

  private heading(text: string, isSection: boolean): void {
    if (text === '') return
    this.keepTogether(60)
    this.document
      .moveDown(isSection ? 0.8 : 0.3)
      .font('bold')
      .fontSize(isSection ? 13 : 10.5)
      .fillColor(INK)
      .text(text)
      .moveDown(0.3)
  }

  private question(item: Item, instance: Instance, row: string): void {
    const { language } = this.input
    const words = { locale: language, ...PDF_WORDS[language] }
    const values = valuesOf(instance, this.answers)
    const text = values.map((value) => valueText(item, value, words)).join('\n') || words.none
    this.keepTogether(40)
    this.document.font('bold').fontSize(9.5).fillColor(INK).text(item.text)
    this.document
      .font('plain')
      .fontSize(10)
      .fillColor(values.length > 0 ? INK : SOFT)
      .text(text, { indent: 10 })
    this.signature(item, instance)
    this.document.moveDown(0.4)
    for (const inside of hasRows(item) ? instance.rows : [row]) this.items(item.items, inside)
  }

  private signature(item: Item, instance: Instance): void {
    const signature = isSigned(item) ? readSignature(this.answers[instance.key]) : null
    if (signature === null) return
    const { document } = this
    if (signature.drawing) {
      this.keepTogether(90)
      const scale = 200 / SHEET.width
      document
        .save()
        .translate(MARGIN + 10, document.y + 4)
        .scale(scale)
        .path(signature.drawing)
        .lineWidth(4)
        .strokeColor(INK)
        .stroke()
        .restore()
      document.y += SHEET.height * scale + 8
      document.x = MARGIN
    }
    const { signed } = PDF_WORDS[this.input.language]
    document
      .font('plain')
      .fontSize(8)
      .fillColor(SOFT)
      .text(`${signed}: ${momentOf(this.input, signature.at)}`, { indent: 10 })
  }

  /** A question and the beginning of its answer do not stand on two pages. */
  private keepTogether(height: number): void {
    const { document } = this
    if (document.y + height > document.page.height - MARGIN) document.addPage()
  }
}

function numberPages(document: PDFKit.PDFDocument, { submission, language }: PdfInput): void {
  const { count } = document.bufferedPageRange()
  for (let page = 0; page < count; page++) {
    document.switchToPage(page)
    // Below the margin: with it, the text would begin a page of its own.
    document.page.margins.bottom = 0
    document
      .font('plain')
      .fontSize(8)
      .fillColor(SOFT)
      .text(
        `${submission.reference ?? ''}   ${PDF_WORDS[language].page} ${page + 1} / ${count}`,
        MARGIN,
        document.page.height - 36,
        { lineBreak: false },
      )
  }
}
