/**
 * Exclusive use of the embedded database's directory: two openers corrupt it silently. The lock file names its
 * holder; one left behind by a killed process is taken over, told apart by pid and process start time.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { StartError } from './start-error.ts'

export interface DirectoryLock {
  release(): void
}

/** Throws StartError when another living process holds the directory, or when the lock cannot be written. */
export function lockDirectory(directory: string): DirectoryLock {
  const path = `${directory}.lock`
  const mine = `${process.pid} ${startOf(process.pid) ?? 'unknown'}\n`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new StartError(`The data directory ${dirname(path)} cannot be made: ${reason(error)}`)
  }
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      writeFileSync(path, mine, { flag: 'wx', mode: 0o600 })
      return { release: () => releaseLock(path, mine) }
    } catch (error) {
      if (!isCode(error, 'EEXIST'))
        throw new StartError(`The lock ${path} cannot be written: ${reason(error)}`)
    }
    const holder = readLock(path)
    if (holder === undefined) continue
    const [pid = '', start = ''] = holder.trim().split(' ')
    if (isAlive(Number(pid), start))
      throw new StartError(
        `The data directory ${directory} is in use by another server (process ${pid}). Stop it first, or set PORTAL_DATA_DIR.`,
      )
    removeStale(path, holder)
  }
  throw new StartError(`The lock ${path} is being fought over by several servers. Start only one.`)
}

function releaseLock(path: string, mine: string): void {
  if (readLock(path) === mine) rmSync(path, { force: true })
}

function readLock(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw new StartError(`The lock ${path} cannot be read: ${reason(error)}`)
  }
}

/** Moved aside before it is judged again, so that a lock another starter took meanwhile is not deleted. */
function removeStale(path: string, expected: string): void {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return
    throw error
  }
  if (readLock(aside) !== expected) {
    try {
      linkSync(aside, path)
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error
    }
  }
  rmSync(aside, { force: true })
}

function isAlive(pid: number, start: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (isCode(error, 'ESRCH')) return false
  }
  const started = startOf(pid)
  return started === undefined || start === 'unknown' || started === start
}

/** Start time of a process in clock ticks since boot; undefined where the system does not tell. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

const isCode = (error: unknown, code: string) =>
  error instanceof Error && 'code' in error && error.code === code
const reason = (error: unknown) => (error instanceof Error ? error.message : String(error))
