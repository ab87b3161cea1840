import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatter } from '@lingui/format-po'
import { describe, expect, it } from 'vitest'
import { compileCatalogue } from './catalogue-plugin.ts'
import { extractMessages } from './extract-messages.ts'
import { updatedCatalogue } from './update-catalogues.ts'

const po = formatter({ lineNumbers: false })
const strings = await extractMessages()
const english = join(import.meta.dirname, 'en/messages.po')

describe('catalogues', () => {
  it('hold exactly the strings of the screens (npx tsx client/locales/update-catalogues.ts)', async () => {
    const committed = await readFile(english, 'utf8')
    expect(await updatedCatalogue('en', committed, strings)).toBe(committed)
  })

  it('say everything in every language, and fill the same gaps', async () => {
    // What stands in the braces of a choice is words, as in `=0 {None}`.
    const gaps = (text: string) =>
      new Set(text.match(/(?<!(?:=\d+|one|few|many|other) )\{\w+[,}]|<\/?\d+\/?>/g) ?? [])
    const context = { locale: 'es', sourceLocale: 'en', filename: 'messages.po' }
    const spanish = await po.parse(
      await readFile(join(import.meta.dirname, 'es/messages.po'), 'utf8'),
      context,
    )
    expect(Object.keys(spanish).sort()).toEqual([...strings.keys()].sort())
    for (const { message = '', translation = '' } of Object.values(spanish)) {
      expect(translation, message).not.toBe('')
      expect(gaps(translation), message).toEqual(gaps(message))
    }
  })

  it('compile to a text for every string, so that no id is ever shown', async () => {
    const compiled = await compileCatalogue(english, strings)
    expect(Object.keys(compiled).sort()).toEqual([...strings.keys()].sort())
  })
})
