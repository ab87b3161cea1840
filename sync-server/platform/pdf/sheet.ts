/**
 * Papers as PDF, made in memory: headings, facts, tables, questions and paragraphs from top to bottom, with page numbers.
 * The fonts are part of the file, so that names in Greek, Cyrillic or Vietnamese letters are read as they are written; what
 * they have no sign for is a box, never a wrong letter.
 */
import { createRequire } from 'node:module'
import PDFDocument from 'pdfkit'

export interface Column {
  readonly title: string
  /** Of the width that is left by the others; amounts stand to the right. */
  readonly share: number
  readonly align?: 'left' | 'right'
}
export interface Sheet {
  heading(text: string): void
  part(text: string): void
  /** Below a part. */
  section(text: string): void
  paragraph(text: string, soft?: boolean): void
  facts(facts: readonly (readonly [name: string, value: string])[]): void
  /** A question and what was answered; `isNone`: nothing was. They begin on one page. */
  answer(question: string, text: string, isNone: boolean): void
  /** A small line that belongs to what stands above it. */
  note(text: string): void
  drawing(drawing: Drawing): void
  /** `sums`: rows below the others; the last one is what it all comes to. */
  table(
    columns: readonly Column[],
    rows: readonly (readonly string[])[],
    sums?: readonly (readonly string[])[],
  ): void
  /** The bytes of the finished paper. */
  finish(): Promise<Uint8Array>
}
/** Straight lines as an SVG path, on a sheet of so many points. */
export interface Drawing {
  readonly path: string
  readonly width: number
  readonly height: number
}
export interface SheetOptions {
  /** In the file's properties, and in the window's title of a reader. */
  readonly title: string
  readonly language: string
  /** At the foot of every page, before its number. */
  readonly foot: string
  /** ms */
  readonly at: number
}

const MARGIN = 56
const require = createRequire(import.meta.url)
const FONTS = {
  text: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  strong: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
}
const [INK, SOFT, LINE] = ['#1c2a28', '#55645f', '#c9d2cf']
const SIZES = { heading: 20, part: 13, section: 10.5, text: 10, foot: 8 } as const
/** What belongs to a question stands so far to the right, and a drawing is so wide. */
const [INDENT, DRAWN] = [10, 200]

export function createSheet({ title, language, foot, at }: SheetOptions): Sheet {
  const document = new PDFDocument({
    size: 'LETTER',
    margins: { top: MARGIN, bottom: MARGIN + 16, left: MARGIN, right: MARGIN },
    bufferPages: true,
    lang: language,
    displayTitle: true,
    info: { Title: title, CreationDate: new Date(at), ModDate: new Date(at) },
  })
  document.registerFont('text', FONTS.text)
  document.registerFont('strong', FONTS.strong)
  const parts: Buffer[] = []
  document.on('data', (part: Buffer) => void parts.push(part))
  const ended = new Promise<void>((resolve, reject) => {
    document.on('end', resolve)
    document.on('error', reject)
  })
  const width = document.page.width - 2 * MARGIN
  const bottom = () => document.page.height - MARGIN - 24
  const write = (text: string, size: number, font: 'text' | 'strong', color: string) =>
    document.font(font).fontSize(size).fillColor(color).text(text, MARGIN, document.y, { width, lineGap: 2 })
  const indented = (text: string, size: number, color: string) =>
    document
      .font('text')
      .fontSize(size)
      .fillColor(color)
      .text(text, MARGIN + INDENT, document.y, { width: width - INDENT, lineGap: 2 })
  /** Whatever comes next has so much room, or a new page. */
  const room = (height: number) => {
    if (document.y + height > bottom()) document.addPage()
  }

  type Look = 'head' | 'text' | 'sum'
  const measured = (columns: readonly Column[], cells: readonly string[], look: Look) => {
    const all = columns.reduce((sum, { share }) => sum + share, 0)
    document.font(look === 'text' ? 'text' : 'strong').fontSize(SIZES.text)
    const widths = columns.map(({ share }) => (share / all) * width - 8)
    const height = Math.max(
      ...cells.map((cell, index) =>
        document.heightOfString(cell, { width: widths[index] ?? width, lineGap: 2 }),
      ),
    )
    return { widths, height }
  }
  const row = (columns: readonly Column[], cells: readonly string[], look: Look) => {
    const { widths, height } = measured(columns, cells, look)
    room(height + 12)
    // A new page begins in black.
    document.fillColor(look === 'head' ? SOFT : INK)
    const top = document.y + 5
    let left = MARGIN
    for (const [index, cell] of cells.entries()) {
      const cellWidth = widths[index] ?? width
      document.text(cell, left, top, { width: cellWidth, align: columns[index]?.align ?? 'left', lineGap: 2 })
      left += cellWidth + 8
    }
    const under = top + height + 5
    document
      .moveTo(MARGIN, under)
      .lineTo(MARGIN + width, under)
      .lineWidth(0.5)
      .strokeColor(LINE)
      .stroke()
    document.x = MARGIN
    document.y = under
  }

  return {
    heading(text) {
      write(text, SIZES.heading, 'strong', INK)
      document.moveDown(0.6)
    },
    part(text) {
      room(60)
      document.moveDown(1)
      write(text, SIZES.part, 'strong', INK)
      document.moveDown(0.3)
    },
    section(text) {
      room(60)
      document.moveDown(0.5)
      write(text, SIZES.section, 'strong', INK)
      document.moveDown(0.3)
    },
    answer(question, text, isNone) {
      room(44)
      document.moveDown(0.4)
      write(question, SIZES.text, 'strong', INK)
      indented(text, SIZES.text, isNone ? SOFT : INK)
    },
    note: (text) => indented(text, SIZES.foot, SOFT),
    drawing({ path, width: wide, height }) {
      const scale = DRAWN / wide
      room(height * scale + 12)
      document
        .save()
        .translate(MARGIN + INDENT, document.y + 4)
        .scale(scale)
        .path(path)
        .lineWidth(4)
        .strokeColor(INK)
        .stroke()
        .restore()
      document.x = MARGIN
      document.y += height * scale + 8
    },
    paragraph(text, soft = false) {
      write(text, SIZES.text, 'text', soft ? SOFT : INK)
      document.moveDown(0.4)
    },
    facts(facts) {
      for (const [name, value] of facts)
        row(
          [
            { title: '', share: 2 },
            { title: '', share: 5 },
          ],
          [name, value],
          'text',
        )
      document.moveDown(0.4)
    },
    table(columns, rows, sums = []) {
      const head = () =>
        row(
          columns,
          columns.map(({ title: name }) => name),
          'head',
        )
      // Every page says what its columns are.
      const line = (cells: readonly string[], look: Look) => {
        if (document.y + measured(columns, cells, look).height + 12 > bottom()) {
          document.addPage()
          head()
        }
        row(columns, cells, look)
      }
      head()
      for (const cells of rows) line(cells, 'text')
      for (const [place, cells] of sums.entries()) line(cells, place === sums.length - 1 ? 'sum' : 'text')
      document.moveDown(0.4)
    },
    async finish() {
      const { count, start } = document.bufferedPageRange()
      for (let page = start; page < start + count; page += 1) {
        document.switchToPage(page)
        // The foot stands in the margin, where a line would begin another page.
        document.page.margins.bottom = 0
        document
          .font('text')
          .fontSize(SIZES.foot)
          .fillColor(SOFT)
          .text(`${foot} · ${page + 1} / ${count}`, MARGIN, document.page.height - MARGIN, {
            width,
            align: 'center',
            lineBreak: false,
          })
      }
      document.end()
      await ended
      return new Uint8Array(Buffer.concat(parts))
    },
  }
}
