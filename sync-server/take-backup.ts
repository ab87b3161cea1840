/**
 * Copies what a practice must not lose: the database as of one moment, and then the clients' files, so that every file
 * that the database names is there. A PostgreSQL may be in use meanwhile. The folder gets its name when it is whole.
 */
import { createWriteStream, existsSync } from 'node:fs'
import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { DATABASE, FILES, MANIFEST, type Manifest } from './backup-folder.ts'
import type { Config } from './config.ts'
import { copyEmbedded } from './platform/embedded-copy.ts'
import { runPostgresTool } from './platform/postgres-tools.ts'
import { sealingStream } from './platform/sealed-file.ts'
import { StartError } from './platform/start-error.ts'

export async function takeBackup(config: Config, folder: string, now: number): Promise<Manifest> {
  if (existsSync(folder)) throw new StartError(`${folder} is there already. Name a folder that is not.`)
  const unfinished = `${folder}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  const sealInto = (bytes: Readable) => {
    const file = createWriteStream(join(unfinished, DATABASE), { mode: 0o600, flush: true })
    return pipeline(bytes, sealingStream(config.secrets.pepper), file)
  }
  const url = config.ownerUrl ?? config.databaseUrl
  if (url === undefined) await copyEmbedded(join(config.dataDir, 'database'), sealInto)
  else {
    const args = ['--format=custom', '--schema=portal', '--no-owner', '--no-privileges']
    const dump = runPostgresTool('pg_dump', args, { url, folders: config.programFolders })
    dump.input.end()
    await Promise.all([dump.done, sealInto(dump.output)])
  }
  const manifest: Manifest = {
    format: 1,
    madeAt: new Date(now).toISOString(),
    database: url === undefined ? 'pglite' : 'postgres',
    files: config.s3 === undefined ? await copyFiles(config, join(unfinished, FILES)) : 'bucket',
  }
  await writeFile(join(unfinished, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true })
  await rename(unfinished, folder)
  return manifest
}

async function copyFiles({ dataDir }: Config, to: string): Promise<number> {
  const from = join(dataDir, 'files')
  if (!existsSync(from)) return 0
  await cp(from, to, { recursive: true, preserveTimestamps: true })
  const entries = await readdir(to, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).length
}
