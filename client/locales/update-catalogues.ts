/** `npx tsx client/locales/update-catalogues.ts`: brings every catalogue up to date with the strings of the screens. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatter } from '@lingui/format-po'
import { glob } from 'tinyglobby'
import { extractMessages, type SourceMessage } from './extract-messages.ts'

const po = formatter({ lineNumbers: false })

/** The text of one catalogue with exactly these strings; its translations are kept. */
export async function updatedCatalogue(
  language: string,
  existing: string,
  strings: ReadonlyMap<string, SourceMessage>,
): Promise<string> {
  const context = { locale: language, sourceLocale: 'en', filename: 'messages.po' }
  const known = existing === '' ? {} : await po.parse(existing, context)
  const source = [...strings].sort(([, a], [, b]) => (a.message < b.message ? -1 : 1))
  const catalogue = source.map(([id, { message, context: meaning, comments, files }]) => [
    id,
    {
      message,
      translation: known[id]?.translation ?? '',
      ...(meaning ? { context: meaning } : {}),
      comments: [...comments],
      origin: files.map((file): [string] => [file]),
    },
  ])
  return po.serialize(Object.fromEntries(catalogue), { ...context, existing })
}

if (process.argv[1] === import.meta.filename) {
  const root = import.meta.dirname
  const strings = await extractMessages()
  for (const file of await glob(['*/messages.po'], { cwd: root })) {
    const path = join(root, file)
    const before = await readFile(path, 'utf8')
    await writeFile(path, await updatedCatalogue(file.split('/')[0] ?? 'en', before, strings))
  }
}
