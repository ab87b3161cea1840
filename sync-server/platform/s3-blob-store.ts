/**
 * Files in a bucket of S3, or of what speaks its protocol. The server alone talks to it: what lies there is sealed, and
 * a device could do nothing with an address of it (docs/decisions/0028-files-go-through-the-server.md).
 */
import { createHash } from 'node:crypto'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { type BlobStore, blobName } from './blob-store.ts'
import { StartError } from './start-error.ts'

export interface S3Options {
  readonly bucket: string
  readonly region: string
  /** Before every name, such as `portal/`; may be empty. */
  readonly prefix: string
  /** Where it is spoken to; default: as AWS has it for the region. */
  readonly endpoint?: string | undefined
}

/** Throws StartError where the bucket cannot be used. Credentials are found as the AWS SDK finds them. */
export async function openS3BlobStore({ bucket, region, prefix, endpoint }: S3Options): Promise<BlobStore> {
  const client = new S3Client({
    region,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000 },
    // Of stores that speak the protocol many know no checksums but the one that is sent here.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  })
  const at = (name: string) => ({ Bucket: bucket, Key: prefix + name })
  const store: BlobStore = {
    kind: 's3',
    async put(name, bytes) {
      await client.send(
        new PutObjectCommand({
          ...at(name),
          Body: bytes,
          ContentType: 'application/octet-stream',
          ChecksumSHA256: createHash('sha256').update(bytes).digest('base64'),
        }),
      )
    },
    async get(name) {
      try {
        const { Body } = await client.send(new GetObjectCommand(at(name)))
        return await Body?.transformToByteArray()
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined
        throw error
      }
    },
    async remove(names) {
      // One by one: removing many at once needs a checksum that not every store takes.
      for (const name of names) await client.send(new DeleteObjectCommand(at(name)))
    },
    close: async () => client.destroy(),
  }
  const probe = blobName('0'.repeat(32), 0)
  try {
    // A wrong bucket, permission or address is the operator's to know now, not the first client's.
    await store.put(probe, new Uint8Array(1))
    if ((await store.get(probe))?.length !== 1) throw new Error('what was written did not come back')
    await store.remove([probe])
  } catch (error) {
    client.destroy()
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    throw new StartError(`The bucket in PORTAL_S3_BUCKET cannot be used: ${why}`)
  }
  return store
}
