/** What can be read in a PDF, page after page, on one line. */
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'

export async function pdfText(pdf: Buffer): Promise<string> {
  const document = await getDocument({ data: new Uint8Array(pdf) }).promise
  const pages = await Promise.all(
    Array.from({ length: document.numPages }, async (_, index) => {
      const { items } = await (await document.getPage(index + 1)).getTextContent()
      return items.map((item) => ('str' in item ? item.str : '')).join(' ')
    }),
  )
  await document.destroy()
  return pages.join(' ').replace(/\s+/g, ' ')
}
