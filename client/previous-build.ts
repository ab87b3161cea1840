/**
 * Keeps the assets of the previous build, and of that one only, beside a new build's: a tab that was opened before the
 * deployment still finds its chunks. They come back after the service worker has its list of files, so that devices
 * never store them. Which ones were kept is noted in a file that the server does not serve.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Plugin } from 'vite'

const NOTE = '.previous-build.json'

export interface Build {
  /** By name: the build's own assets. */
  readonly own: ReadonlyMap<string, Uint8Array>
  /** Assets that it kept from the build before it. */
  readonly kept: ReadonlyMap<string, Uint8Array>
}

/** The build in `folder`, or an empty one. */
export async function readBuild(folder: string): Promise<Build> {
  const note = await readFile(join(folder, NOTE), 'utf8').catch(() => '[]')
  const noted = new Set<string>(JSON.parse(note))
  const names = await readdir(join(folder, 'assets')).catch(() => [])
  const own = new Map<string, Uint8Array>()
  const kept = new Map<string, Uint8Array>()
  for (const name of names)
    (noted.has(name) ? kept : own).set(name, await readFile(join(folder, 'assets', name)))
  return { own, kept }
}

/** Puts back what the new build in `folder` does not have. Building the same again keeps what was kept. */
export async function keepPrevious(folder: string, before: Build): Promise<void> {
  const assets = join(folder, 'assets')
  const fresh = new Set(await readdir(assets).catch(() => []))
  const same = [...before.own.keys()].every((name) => fresh.has(name))
  const missing = [...(same ? before.kept : before.own)].filter(([name]) => !fresh.has(name))
  await mkdir(assets, { recursive: true })
  for (const [name, bytes] of missing) await writeFile(join(assets, name), bytes)
  await writeFile(join(folder, NOTE), JSON.stringify(missing.map(([name]) => name)))
}

export const previousBuild = (): Plugin => {
  let folder = ''
  let before: Build = { own: new Map(), kept: new Map() }
  return {
    name: 'portal-previous-build',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir)
    },
    async buildStart() {
      before = await readBuild(folder)
    },
    closeBundle: { order: 'post', sequential: true, handler: () => keepPrevious(folder, before) },
  }
}
