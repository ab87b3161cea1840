/** Files of a test's own: a store below the system's temporary directory, and what shares documents from it. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { PART_BYTES } from '../../shared/domains/documents/limits.ts'
import {
  CLIENT_SIDE,
  createFileContents,
  STAFF_SIDE,
} from '../../sync-server/modules/documents/file-links.ts'
import { createFiles } from '../../sync-server/modules/documents/files.ts'
import { createDocumentsService } from '../../sync-server/modules/documents/service.ts'
import { createStaffDocuments } from '../../sync-server/modules/documents/staff-service.ts'
import type { BlobStore } from '../../sync-server/platform/blob-store.ts'
import type { Database } from '../../sync-server/platform/database.ts'
import { openDiskBlobStore } from '../../sync-server/platform/disk-blob-store.ts'
import { createFileLinks } from '../../sync-server/platform/file-links.ts'
import { createLogger } from '../../sync-server/platform/logger.ts'
import { noScan, type Scan } from '../../sync-server/platform/virus-scan.ts'
import type { Replication } from '../../sync-server/replication/replication.ts'

interface Parts {
  readonly database: Database
  readonly replication: Replication
  readonly clock: { now(): number }
  readonly store?: BlobStore
  readonly scan?: Scan
}

export const temporaryStore = (): Promise<BlobStore> =>
  openDiskBlobStore(mkdtempSync(join(tmpdir(), 'portal-files-')), { temporary: true })

export async function createTestFiles({ store: given, scan = noScan, ...deps }: Parts) {
  const store = given ?? (await temporaryStore())
  const logger = createLogger('silent')
  const files = createFiles({ ...deps, logger, store, scan })
  const links = createFileLinks(new Uint8Array(32), deps.clock)
  return {
    store,
    files,
    documents: createDocumentsService(deps),
    staff: createStaffDocuments({ ...deps, files }),
    forClients: createFileContents({ ...deps, files, links }, CLIENT_SIDE),
    forStaff: createFileContents({ ...deps, files, links }, STAFF_SIDE),
  }
}

export const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

export const partsOfContent = (content: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(content.length / PART_BYTES) }, (_, part) =>
    content.subarray(part * PART_BYTES, (part + 1) * PART_BYTES),
  )

/** Begins as a PDF does; `bytes` long. */
export const pdfOf = (bytes: number): Buffer =>
  Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(bytes - 9)])

/** The beginning of a PNG of this size. */
export function pngOf(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0], 8)
  const chunk = (type: string, data: Uint8Array) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)])
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const pixels = deflateSync(Buffer.alloc(100))
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
