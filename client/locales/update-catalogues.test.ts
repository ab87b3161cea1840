import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileCatalogue } from './catalogue-plugin.ts'
import { extractMessages } from './extract-messages.ts'
import { updatedCatalogue } from './update-catalogues.ts'

const english = join(import.meta.dirname, 'en/messages.po')

describe('catalogues', () => {
  it('hold exactly the strings of the screens (npx tsx client/locales/update-catalogues.ts)', async () => {
    const committed = await readFile(english, 'utf8')
    expect(await updatedCatalogue('en', committed)).toBe(committed)
  }, 30_000)

  it('compile to a text for every string, so that no id is ever shown', async () => {
    const compiled = await compileCatalogue(english)
    expect(Object.keys(compiled).sort()).toEqual([...(await extractMessages()).keys()].sort())
  }, 30_000)
})
