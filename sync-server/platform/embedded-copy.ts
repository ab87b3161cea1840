/** The embedded database as one archive, and out of one again; nobody may have it open meanwhile. */
import { existsSync } from 'node:fs'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { PGlite } from '@electric-sql/pglite'
import { lockDirectory } from './directory-lock.ts'
import { StartError } from './start-error.ts'

/** Calls `take` with the archive. Throws StartError where there is no database, or where it is in use. */
export async function copyEmbedded(
  directory: string,
  take: (archive: Readable) => Promise<void>,
): Promise<void> {
  if (!existsSync(directory)) throw new StartError(`There is no database in ${directory}.`)
  const lock = lockDirectory(directory)
  try {
    const database = await PGlite.create({ dataDir: directory })
    try {
      const archive = await database.dumpDataDir('gzip')
      await take(Readable.fromWeb(archive.stream() as Parameters<typeof Readable.fromWeb>[0]))
    } finally {
      await database.close()
    }
  } finally {
    lock.release()
  }
}

/** `directory` must not be there yet; `script` is run in it. */
export async function makeEmbedded(directory: string, archive: Readable, script: string): Promise<void> {
  // Whole before anything is written: the archive shows only at its end that it is sound.
  const whole = new Blob([await buffer(archive)])
  const database = await PGlite.create({ dataDir: directory, loadDataDir: whole })
  try {
    await database.exec(script)
  } finally {
    await database.close()
  }
}
