/**
 * Files on a disk of this machine, below the data directory. A part is written beside its place, brought to the disk,
 * and only then given its name: after a crash there is the whole part, or none. Several servers need one disk in common.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BlobStore } from './blob-store.ts'
import { StartError } from './start-error.ts'

/** Throws StartError where the directory cannot be written. `temporary`: it goes with the store. */
export async function openDiskBlobStore(directory: string, { temporary = false } = {}): Promise<BlobStore> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const probe = join(directory, `.probe-${randomUUID()}`)
    await writeDurably(probe, new Uint8Array(1))
    await rm(probe)
  } catch (error) {
    throw new StartError(`Files cannot be written to ${directory}: ${reasonOf(error)}`)
  }
  return {
    kind: 'disk',
    async put(name, bytes) {
      const path = join(directory, name)
      const folder = dirname(path)
      const made = await mkdir(folder, { recursive: true, mode: 0o700 })
      const beside = `${path}.${randomUUID()}`
      try {
        await writeDurably(beside, bytes)
        await rename(beside, path)
      } catch (error) {
        await rm(beside, { force: true })
        throw error
      }
      await syncFolder(folder)
      // A new folder is an entry of the one above it.
      if (made !== undefined) {
        await syncFolder(dirname(folder))
        await syncFolder(directory)
      }
    },
    async get(name) {
      try {
        return await readFile(join(directory, name))
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined
        throw error
      }
    },
    async remove(names) {
      const folders = new Set<string>()
      for (const name of names) {
        const path = join(directory, name)
        await rm(path, { force: true })
        folders.add(dirname(path))
      }
      for (const folder of folders) await removeEmpty(folder)
    },
    async close() {
      if (temporary) await rm(directory, { recursive: true, force: true })
    },
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Parts that a crash left without a name lie beside the others: then the folder stays. */
async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder)
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error))) throw error
  }
}

const codeOf = (error: unknown): string => String(error instanceof Error ? Reflect.get(error, 'code') : '')
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
