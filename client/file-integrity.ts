/**
 * The hash of every file that the service worker keeps, in its list: a file is stored only if it is that file to the
 * byte. A network that answers with a page of its own can delay a new version, never become part of one.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Plugin } from 'vite'

interface Entry {
  readonly url: string
  readonly size: number
  readonly revision: string | null
}

/** The plugin learns where the build goes; the transform reads what was written there. */
export function fileIntegrity() {
  let folder = ''
  const plugin: Plugin = {
    name: 'portal-file-integrity',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir)
    },
  }
  const withHash = async (entry: Entry) => {
    const bytes = await readFile(join(folder, entry.url))
    return { ...entry, integrity: `sha256-${createHash('sha256').update(bytes).digest('base64')}` }
  }
  return {
    plugin,
    transform: async (entries: Entry[]) => ({
      manifest: await Promise.all(entries.map(withHash)),
      warnings: [],
    }),
  }
}
