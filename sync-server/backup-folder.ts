/**
 * A backup is a folder: `manifest.json`, the database sealed in one file, and the files of the clients as they lie on
 * the disk, which are sealed already. The keys are in none of them: without the server's secrets it is of no use.
 */
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { openingStream, SealedFileError } from './platform/sealed-file.ts'
import { StartError } from './platform/start-error.ts'

const Manifest = z.object({
  format: z.literal(1),
  madeAt: z.iso.datetime(),
  database: z.enum(['postgres', 'pglite']),
  /** Files of clients; `bucket`: they lie in S3, which keeps its own versions. */
  files: z.union([z.number().int().nonnegative(), z.literal('bucket')]),
})
export type Manifest = z.infer<typeof Manifest>

export const MANIFEST = 'manifest.json'
export const DATABASE = 'database.sealed'
export const FILES = 'files'

export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => undefined)
  if (text === undefined) throw new StartError(`${folder} is no backup: there is no ${MANIFEST} in it.`)
  try {
    return Manifest.parse(JSON.parse(text))
  } catch {
    throw new StartError(`The ${MANIFEST} in ${folder} is not one that this version can read.`)
  }
}

/** The database in it, opened; its end is the first moment at which all of it is known to be sound. */
export function openDatabaseOf(folder: string, secret: Uint8Array) {
  const opening = openingStream(secret)
  const reading = createReadStream(join(folder, DATABASE))
  reading.on('error', (error) => opening.destroy(error))
  return reading.pipe(opening)
}

/** Reads all of it once, before anything is done with it. Throws StartError. */
export async function verifyDatabaseOf(folder: string, secret: Uint8Array): Promise<void> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  try {
    await pipeline(openDatabaseOf(folder, secret), nowhere)
  } catch (error) {
    const why = error instanceof SealedFileError ? error.message : 'it cannot be read'
    throw new StartError(`The backup in ${folder} cannot be used: ${why}. Nothing was changed.`)
  }
}
