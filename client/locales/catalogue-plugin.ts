/** Lets the app import `locales/<language>/messages.po` as compiled messages. What is not translated is English. */
import { readFile } from 'node:fs/promises'
import { formatter } from '@lingui/format-po'
import { compileMessage } from '@lingui/message-utils/compileMessage'
import type { Plugin } from 'vite'
import { extractMessages, type SourceMessage } from './extract-messages.ts'

const po = formatter({ lineNumbers: false })

export async function compileCatalogue(
  file: string,
  strings: ReadonlyMap<string, SourceMessage>,
): Promise<Record<string, unknown>> {
  const language = /([^/\\]+)[/\\]messages\.po$/.exec(file)?.[1] ?? ''
  const catalogue = await po.parse(await readFile(file, 'utf8'), {
    locale: language,
    sourceLocale: 'en',
    filename: file,
  })
  const texts = [...strings].map(([id, { message }]) => [id, catalogue[id]?.translation || message] as const)
  return Object.fromEntries(texts.map(([id, text]) => [id, compileMessage(text)]))
}

export function cataloguePlugin(): Plugin {
  // Once for all languages of a build.
  let strings: ReturnType<typeof extractMessages> | undefined
  return {
    name: 'portal-catalogues',
    enforce: 'pre',
    buildStart() {
      strings = undefined
    },
    async load(id) {
      const file = id.split('?')[0] ?? ''
      if (!file.endsWith('.po')) return null
      strings ??= extractMessages()
      const messages = JSON.stringify(await compileCatalogue(file, await strings))
      return { code: `export const messages = JSON.parse(${JSON.stringify(messages)})`, moduleType: 'js' }
    },
  }
}
