/** Both stores of files, the seals of what lies in them, links to them, and the virus scanner's protocol. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type BlobStore, blobName } from '../../sync-server/platform/blob-store.ts'
import { openDiskBlobStore } from '../../sync-server/platform/disk-blob-store.ts'
import { createFileLinks } from '../../sync-server/platform/file-links.ts'
import { openS3BlobStore } from '../../sync-server/platform/s3-blob-store.ts'
import {
  BrokenFile,
  type FilePlace,
  newFileKey,
  newFilePlace,
  putPart,
  readParts,
} from '../../sync-server/platform/sealed-parts.ts'
import { StartError } from '../../sync-server/platform/start-error.ts'
import { createVirusScan } from '../../sync-server/platform/virus-scan.ts'
import { startClamdDouble, TEST_VIRUS } from '../harness/clamd-double.ts'
import { type S3Double, startS3Double } from '../harness/s3-double.ts'

const KEYS = { id: 'AKIATEST', secret: 'a secret of the test', bucket: 'files' }
const directory = mkdtempSync(join(tmpdir(), 'portal-blobs-'))
let s3: S3Double
beforeAll(async () => {
  s3 = await startS3Double(KEYS)
  vi.stubEnv('AWS_ACCESS_KEY_ID', KEYS.id)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', KEYS.secret)
})
afterAll(async () => {
  await s3[Symbol.asyncDispose]()
  vi.unstubAllEnvs()
  rmSync(directory, { recursive: true, force: true })
})
const s3Options = () => ({
  bucket: KEYS.bucket,
  region: 'eu-west-1',
  prefix: 'portal/',
  endpoint: s3.endpoint,
})
const everything = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

const STORES: readonly [string, () => Promise<BlobStore>, () => Uint8Array[]][] = [
  ['disk', () => openDiskBlobStore(directory), () => everything(directory).map((path) => readFileSync(path))],
  ['S3', () => openS3BlobStore(s3Options()), () => [...s3.objects.values()]],
]

describe.each(STORES)('files on %s', (_name, open, contents) => {
  it('come back as they were put, are replaced whole, and go', async () => {
    const store = await open()
    const [first, second] = [blobName(newFilePlace(), 0), blobName(newFilePlace(), 1)]
    const bytes = randomBytes(300_000)
    await store.put(first, bytes)
    await store.put(second, new Uint8Array(3))
    expect(Buffer.from((await store.get(first)) ?? []).equals(bytes)).toBe(true)
    await store.put(first, new Uint8Array([1, 2]))
    expect([...((await store.get(first)) ?? [])]).toEqual([1, 2])
    await store.remove([first, second, blobName(newFilePlace(), 0)])
    expect(await store.get(first)).toBeUndefined()
    expect(await store.get(second)).toBeUndefined()
    await store.close()
  })

  it('are ciphertext there, and open only as the part, file and client they were sealed for', async () => {
    const store = await open()
    const text = 'a word that nobody else may read, many times over. '.repeat(20)
    const bytes = Buffer.from(text)
    const file = (): FilePlace => ({
      clientId: randomUUID(),
      fileId: randomUUID(),
      place: newFilePlace(),
      key: newFileKey(),
      bytes: bytes.length,
    })
    const mine = file()
    await putPart(store, mine, 0, bytes.subarray(0, 500))
    await putPart(store, mine, 1, bytes.subarray(500))
    const read = async (of: FilePlace, parts = 2) => {
      let found = ''
      for await (const part of readParts(store, of, parts)) found += Buffer.from(part).toString()
      return found
    }
    expect(await read(mine)).toBe(text)
    expect(contents().some((each) => Buffer.from(each).includes('nobody else'))).toBe(false)
    const [zero, one] = [blobName(mine.place, 0), blobName(mine.place, 1)]
    const [a, b] = [await store.get(zero), await store.get(one)]
    for (const of of [
      { ...mine, clientId: randomUUID() },
      { ...mine, fileId: randomUUID() },
      { ...mine, key: newFileKey() },
      { ...mine, bytes: 500 },
    ])
      await expect(read(of)).rejects.toThrow(BrokenFile)
    await expect(read(mine, 1)).rejects.toThrow(BrokenFile)
    await store.put(zero, b ?? new Uint8Array())
    await store.put(one, a ?? new Uint8Array())
    await expect(read(mine)).rejects.toThrow(BrokenFile)
    await store.remove([zero])
    await expect(read(mine)).rejects.toThrow('is not in the store')
    await store.remove([one])
    await store.close()
  })
})

it('on a disk are readable by the server alone, and leave nothing half-written', async () => {
  const store = await openDiskBlobStore(directory)
  const name = blobName(newFilePlace(), 0)
  await store.put(name, new Uint8Array(10))
  expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600)
  expect(everything(directory)).toEqual([join(directory, name)])
  // A file is there where a folder should be.
  await expect(openDiskBlobStore(join(directory, name))).rejects.toThrow(StartError)
  await store.remove([name])
})

it('in S3 are sent again after a passing failure, and a wrong secret is told at the start', async () => {
  const store = await openS3BlobStore(s3Options())
  s3.fail(2)
  const name = blobName(newFilePlace(), 0)
  await store.put(name, new Uint8Array([7]))
  expect([...((await store.get(name)) ?? [])]).toEqual([7])
  expect([...s3.objects.keys()]).toContain(`portal/${name}`)
  await store.close()
  await expect(openS3BlobStore({ ...s3Options(), bucket: 'another' })).rejects.toThrow('PORTAL_S3_BUCKET')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'another secret')
  await expect(openS3BlobStore(s3Options())).rejects.toThrow(StartError)
  expect(s3.refused).toContain('another signature')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', KEYS.secret)
})

it('takes no place that a request could have made up', () => {
  for (const place of ['../../../etc/passwd', '', 'A'.repeat(32), `${'0'.repeat(31)}/`])
    expect(() => blobName(place, 0)).toThrow()
  for (const part of [-1, 1.5, 10_000, Number.NaN]) expect(() => blobName('0'.repeat(32), part)).toThrow()
})

it('links say whose and what they are for, until they expire; a changed one is none of ours', () => {
  let now = 1_700_000_000_000
  const links = createFileLinks(new Uint8Array(32), { now: () => now })
  const file = { sessionId: randomUUID(), clientId: randomUUID(), fileId: randomUUID() }
  const ticket = links.issue(file, now + 60_000)
  expect(links.read(ticket)).toEqual({ ...file, expired: false })
  for (const at of [0, 30, 70, 111]) {
    const other = ticket[at] === 'A' ? 'B' : 'A'
    expect(links.read(ticket.slice(0, at) + other + ticket.slice(at + 1))).toBeUndefined()
  }
  expect(links.read('')).toBeUndefined()
  expect(createFileLinks(new Uint8Array(32).fill(1), { now: () => now }).read(ticket)).toBeUndefined()
  now += 60_000
  expect(links.read(ticket)).toMatchObject({ expired: true })
})

describe('the virus scanner', () => {
  async function* parts(...texts: string[]) {
    for (const text of texts) yield Buffer.from(text)
  }
  it('is sent the whole file, and believed', async () => {
    await using clamd = await startClamdDouble()
    const scan = createVirusScan(clamd.address)
    const large = randomBytes(400_000)
    expect(await scan(parts('one ', 'two'))).toBe('clean')
    expect(
      await scan(
        (async function* () {
          yield large
        })(),
      ),
    ).toBe('clean')
    expect(clamd.seen.map((each) => createHash('sha256').update(each).digest('hex'))).toEqual(
      [Buffer.from('one two'), large].map((each) => createHash('sha256').update(each).digest('hex')),
    )
    expect(await scan(parts('x', TEST_VIRUS.slice(0, 9), TEST_VIRUS.slice(9)))).toBe('infected')
  })
  it('that is away, hangs up or refuses gives no clean bill', async () => {
    await using refusing = await startClamdDouble({ answer: 'INSTREAM size limit exceeded. ERROR' })
    await expect(createVirusScan(refusing.address)(parts('x'))).rejects.toThrow('could not look')
    await expect(createVirusScan(join(directory, 'no.sock'))(parts('x'))).rejects.toThrow()
    const gone = await startClamdDouble()
    await gone[Symbol.asyncDispose]()
    await expect(createVirusScan(gone.address)(parts('x'))).rejects.toThrow()
  })
})
