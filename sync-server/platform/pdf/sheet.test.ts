/** What is written on a paper can be read from it, in letters of every alphabet that names are written in. */
import { getDocument, OPS } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { expect, it } from 'vitest'
import { createSheet } from './sheet.ts'

async function textOf(
  bytes: Uint8Array,
): Promise<{ readonly pages: readonly string[]; readonly title: unknown }> {
  const file = await getDocument({ data: bytes, verbosity: 0 }).promise
  const pages: string[] = []
  for (let page = 1; page <= file.numPages; page += 1) {
    const { items } = await (await file.getPage(page)).getTextContent()
    pages.push(items.flatMap((item) => ('str' in item ? item.str : [])).join(' '))
  }
  const { info } = await file.getMetadata()
  return { pages, title: Reflect.get(info, 'Title') }
}

it('writes headings, facts and tables over as many pages as they take, with their numbers', async () => {
  const sheet = createSheet({ title: 'Statement 7', language: 'es', foot: 'Łódź', at: 0 })
  sheet.heading('Statement 7')
  sheet.facts([['For', 'Nguyễn Đoàn-Żółć']])
  const columns = [
    { title: 'What', share: 3 },
    { title: 'Amount', share: 1, align: 'right' as const },
  ]
  sheet.table(
    columns,
    Array.from({ length: 60 }, (_, index) => [
      `Line ${index} with words that are long enough to be broken over two lines here`,
      `$${index}.00`,
    ]),
  )
  const { pages, title } = await textOf(await sheet.finish())
  const all = pages.join(' ')
  expect(title).toBe('Statement 7')
  expect(all).toContain('Nguyễn Đoàn-Żółć')
  for (const index of [0, 31, 59]) expect(all).toContain(`$${index}.00`)
  expect(pages.length).toBeGreaterThan(2)
  for (const [index, page] of pages.entries()) {
    expect(page).toContain(`Łódź · ${index + 1} / ${pages.length}`)
    expect(page).toMatch(/What\s+Amount/)
  }
})

it('says on every page of a table what its columns are, and goes on in the same ink', async () => {
  const sheet = createSheet({ title: 'Statement 7', language: 'en', foot: 'Harbor Light', at: 0 })
  const rows = Array.from({ length: 60 }, (_, index) => [`Line ${index}`])
  sheet.table([{ title: 'What', share: 1 }], rows)
  const file = await getDocument({ data: await sheet.finish(), verbosity: 0 }).promise
  const { fnArray, argsArray } = await (await file.getPage(2)).getOperatorList()
  const texts = fnArray.flatMap((each, index) => (each === OPS.showText ? [index] : []))
  const inks = texts.slice(0, 2).map((text) => argsArray[fnArray.lastIndexOf(OPS.setFillRGBColor, text)]?.[0])
  expect(inks).toEqual(['#55645f', '#1c2a28'])
})
