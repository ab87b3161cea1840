/** The store of files and the virus scanner that the configuration names. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from './config.ts'
import type { BlobStore } from './platform/blob-store.ts'
import { openDiskBlobStore } from './platform/disk-blob-store.ts'
import { createVirusScan, noScan, type Scan } from './platform/virus-scan.ts'

export async function openConfiguredFiles({
  s3,
  clamd,
  dataDir,
  inMemory,
}: Pick<Config, 's3' | 'clamd' | 'dataDir' | 'inMemory'>): Promise<{
  readonly store: BlobStore
  readonly scan: Scan
}> {
  const scan = clamd === undefined ? noScan : createVirusScan(clamd)
  if (s3 !== undefined) {
    // Loaded where it is used: nobody else pays for it.
    const { openS3BlobStore } = await import('./platform/s3-blob-store.ts')
    return { store: await openS3BlobStore(s3), scan }
  }
  if (!inMemory) return { store: await openDiskBlobStore(join(dataDir, 'files')), scan }
  const directory = await mkdtemp(join(tmpdir(), 'portal-files-'))
  return { store: await openDiskBlobStore(directory, { temporary: true }), scan }
}
