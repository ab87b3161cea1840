/**
 * Finds every string of the screens. English is the source: the build takes it from here, so that a new string is
 * never shown as an id; the committed catalogue (`npx tsx client/locales/update-catalogues.ts`) is what translators
 * work from, and tests/architecture checks that it is current.
 */
import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { transformAsync } from '@babel/core'
import extractPlugin, { type ExtractedMessage } from '@lingui/babel-plugin-extract-messages'
import macroPlugin from '@lingui/babel-plugin-lingui-macro'
import { makeConfig } from '@lingui/conf'
import { glob } from 'tinyglobby'

const client = join(import.meta.dirname, '..')

export const linguiConfig = makeConfig(
  { locales: ['en', 'es'], sourceLocale: 'en' },
  { skipValidation: true },
)

export interface SourceMessage {
  readonly message: string
  readonly context?: string
  readonly comments: readonly string[]
  /** Paths below client/. */
  readonly files: readonly string[]
}

async function extractFile(file: string, found: (message: ExtractedMessage) => void): Promise<void> {
  const code = await readFile(file, 'utf8')
  if (!code.includes('@lingui/')) return
  await transformAsync(code, {
    filename: file,
    configFile: false,
    babelrc: false,
    code: false,
    parserOpts: { plugins: ['typescript', 'jsx'] },
    plugins: [
      [macroPlugin, { descriptorFields: 'all', linguiConfig }],
      [extractPlugin, { onMessageExtracted: found, linguiConfig }],
    ],
  })
}

/** By message id, which is made from the English text. */
export async function extractMessages(): Promise<Map<string, SourceMessage>> {
  // Every folder: one that was left out here would show its strings as ids.
  const files = await glob(['**/*.{ts,tsx}'], {
    cwd: client,
    absolute: true,
    ignore: ['**/*.test.*', '**/*.gen.ts', 'app/service-worker.ts', 'locales/**'],
  })
  const messages = new Map<string, SourceMessage>()
  for (const file of files.sort())
    await extractFile(file, ({ id, message, context, comment }) => {
      if (message === undefined) throw new Error(`A string without English text: ${id} in ${file}`)
      const known = messages.get(id)
      messages.set(id, {
        message,
        ...(context ? { context } : {}),
        comments: [...new Set([...(known?.comments ?? []), ...(comment ? [comment] : [])])],
        files: [...new Set([...(known?.files ?? []), relative(client, file)])],
      })
    })
  return messages
}
