/**
 * Postgres ends itself rather than go on with a log it cannot write (a full disk, above all). Embedded, that is the end
 * of this process too: the library would spin on the dead instance for ever. The next start recovers from the log, as
 * after a crash: what was acknowledged is there.
 */
import { statfsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'

/** What Postgres needs to go on writing: one more segment of its log, and a little. */
const ENOUGH_BYTES = 20_000_000

export function isDiskFull(directory: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(resolve(directory, '..'))
    return bavail * bsize < ENOUGH_BYTES
  } catch {
    return false
  }
}

/** `end` must not return. */
export function endWithDatabase(pglite: PGlite, directory: string, end: (line: string) => never): void {
  const engine = pglite as unknown as {
    readonly mod?: { _PostgresMainLoopOnce?: () => void }
    readonly POSTGRES_MAIN_LONGJMP?: number
  }
  const { mod, POSTGRES_MAIN_LONGJMP } = engine
  const step = mod?._PostgresMainLoopOnce
  if (mod === undefined || step === undefined || POSTGRES_MAIN_LONGJMP === undefined)
    throw new Error('This version of the embedded database cannot be watched.')
  mod._PostgresMainLoopOnce = () => {
    try {
      step()
    } catch (error) {
      // How it leaves an ordinary failure of a statement.
      const status: unknown =
        typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : undefined
      if (status === POSTGRES_MAIN_LONGJMP) throw error
      const why = isDiskFull(directory) ? 'the disk is full. Make room, then start again' : 'start it again'
      end(`The embedded database stopped itself: ${why}. Nothing that was acknowledged is lost.`)
    }
  }
}
