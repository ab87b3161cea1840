/** Documents and their files over both databases and both stores: who may, what is taken, what is left of what was withdrawn. */
import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { PART_BYTES } from '../../shared/domains/documents/limits.ts'
import { sweepFiles } from '../../sync-server/modules/documents/file-sweep.ts'
import { type BlobStore, blobName } from '../../sync-server/platform/blob-store.ts'
import { openS3BlobStore } from '../../sync-server/platform/s3-blob-store.ts'
import { createVirusScan, noScan } from '../../sync-server/platform/virus-scan.ts'
import type { Actor } from '../../sync-server/replication/actor.ts'
import { startClamdDouble, TEST_VIRUS } from '../harness/clamd-double.ts'
import { createTestFiles, partsOfContent, pdfOf, pngOf, sha256Of, temporaryStore } from '../harness/files.ts'
import { describeOverDatabases, expectOk, usePractice } from '../harness/practice.ts'
import { type S3Double, startS3Double } from '../harness/s3-double.ts'

const KEYS = { id: 'AKIATEST', secret: 'a secret of the test', bucket: 'files' }
let s3: S3Double
beforeAll(async () => {
  s3 = await startS3Double(KEYS)
  vi.stubEnv('AWS_ACCESS_KEY_ID', KEYS.id)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', KEYS.secret)
})
afterAll(async () => {
  await s3[Symbol.asyncDispose]()
  vi.unstubAllEnvs()
})

const STORES: readonly [string, () => Promise<BlobStore>][] = [
  ['disk', temporaryStore],
  [
    'S3',
    () =>
      openS3BlobStore({
        bucket: KEYS.bucket,
        region: 'eu-west-1',
        prefix: 'portal/',
        endpoint: s3.endpoint,
      }),
  ],
]
const code = (result: { readonly ok: boolean; readonly error?: { readonly code: string } }) =>
  result.ok ? 'ok' : result.error?.code

describeOverDatabases('documents', (open) => {
  const practice = usePractice(open)

  const setUp = async (store?: BlobStore, scan = noScan) => {
    const client = await practice().client('Ana')
    const phone = await practice().device(client, 'Phone')
    const { clientId } = client
    const clinician = await practice().account('clinician')
    await practice().database.prisma.clinicianAssignment.create({
      data: { clientId, accountId: clinician.accountId },
    })
    const deps = {
      database: practice().database,
      replication: practice().replication,
      clock: { now: () => practice().clock.time },
    }
    const parts = await createTestFiles({ ...deps, scan, ...(store && { store }) })
    const begin = (content: Uint8Array, id: string = randomUUID(), by: Actor = clinician) =>
      parts.staff.begin(by, clientId, {
        id,
        title: 'A letter: to you/all',
        category: 'letter',
        bytes: content.length,
        sha256: sha256Of(content),
      })
    const share = async (content: Uint8Array, id: string = randomUUID()) => {
      expectOk(await begin(content, id))
      for (const [part, bytes] of partsOfContent(content).entries())
        expectOk(await parts.staff.append(clinician, clientId, { id, part, bytes }))
      return parts.staff.finish(clinician, clientId, id)
    }
    const session = randomUUID()
    const read = async (id: string, by: Actor = client.actor) => {
      const asker = { actor: by, sessionId: session }
      const link = await parts.forClients.link(asker, { clientId, id, action: 'documents.download' })
      if (!link.ok) return link
      const opened = await parts.forClients.open(asker, link.value.url.split('/').at(-1) ?? '')
      if (!opened.ok) return opened
      const found: Uint8Array[] = []
      for await (const part of parts.files.content(opened.value.file)) found.push(part)
      return {
        ok: true,
        value: { link: link.value, content: Buffer.concat(found), name: opened.value.name },
      } as const
    }
    const sweep = () => sweepFiles({ ...deps, store: parts.store })
    // Of the tests before.
    await sweep()
    return { ...parts, deps, client, clientId, phone, clinician, begin, share, read, session, sweep }
  }

  describe.each(STORES)('on %s', (_name, openStore) => {
    it('a file comes in parts, each of which may come again, and is what the client reads', async () => {
      const store = await openStore()
      const { staff, clinician, clientId, client, documents, phone, begin, read, sweep } = await setUp(store)
      const content = pdfOf(2 * PART_BYTES + 777)
      const [id, parts] = [randomUUID(), partsOfContent(content)]
      const append = async (part: number, bytes = parts[part] ?? new Uint8Array()) =>
        staff.append(clinician, clientId, { id, part, bytes })
      expect(expectOk(await begin(content, id))).toEqual({
        id,
        received: 0,
        parts: 3,
        partBytes: PART_BYTES,
      })
      expect(code(await append(1))).toBe('wrong_state')
      expect(code(await append(0, content.subarray(0, 100)))).toBe('invalid_document')
      expect(code(await staff.finish(clinician, clientId, id))).toBe('wrong_state')
      expect(expectOk(await append(0)).received).toBe(1)
      expect(expectOk(await append(0)).received).toBe(1)
      // As after a lost answer, and after a restart of whoever sends.
      expect(expectOk(await begin(content, id)).received).toBe(1)
      expectOk(await append(1))
      expectOk(await append(2))
      expect(await practice().document(phone, 'documents', id)).toBeUndefined()
      const shared = expectOk(await staff.finish(clinician, clientId, id))
      expect(shared).toMatchObject({ id, mimeType: 'application/pdf', bytes: content.length })
      expect(expectOk(await staff.finish(clinician, clientId, id))).toEqual(shared)
      expect(await practice().document(phone, 'documents', id)).toMatchObject({
        title: 'A letter: to you/all',
      })
      expect(expectOk(await documents.list(client.actor, clientId, {})).items).toEqual([shared])
      const found = expectOk(await read(id))
      expect(found.content.equals(content)).toBe(true)
      expect(found.name).toBe('A letter to you all.pdf')
      expect(code(await begin(pdfOf(20), id))).toBe('already_exists')

      const { prisma } = practice().database
      const { place } = await prisma.storedFile.findUniqueOrThrow({
        where: { clientId_id: { clientId, id } },
      })
      expectOk(await staff.withdraw(clinician, clientId, id))
      expect(code(await staff.withdraw(clinician, clientId, id))).toBe('not_found')
      expect(code(await read(id))).toBe('not_found')
      expect(code(await documents.get(client.actor, clientId, id))).toBe('not_found')
      expect(await practice().document(phone, 'documents', id)).toBeUndefined()
      expect(await store.get(blobName(place, 0))).toBeDefined()
      expect(await sweep()).toBe(1)
      for (const part of [0, 1, 2]) expect(await store.get(blobName(place, part))).toBeUndefined()
      expect(await sweep()).toBe(0)
      await store.close()
    })
  })

  it('[V5.2.2] a file is told by its content, and what is not taken leaves nothing behind', async () => {
    const { share, sweep, clientId } = await setUp()
    const type = async (content: Uint8Array) => {
      const shared = await share(content)
      return shared.ok ? shared.value.mimeType : shared.error.code
    }
    expect(await type(Buffer.from('Plain words, with an é and a tab\t.\n'))).toBe('text/plain')
    expect(await type(pngOf(640, 400))).toBe('image/png')
    for (const content of [
      randomBytes(400),
      Buffer.from('MZ\x90\0 a program'),
      Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 0, 0]),
      Buffer.from('a text with a bell \x07'),
      pngOf(40_000, 40_000),
      pngOf(0, 10),
    ])
      expect(await type(content)).toBe('invalid_document')
    const { prisma } = practice().database
    expect(await prisma.storedFile.count({ where: { clientId } })).toBe(2)
    expect(await sweep()).toBe(6)
  })

  it('[V5.4.3] what comes is what was announced, and what the scanner objects to is not kept', async () => {
    await using clamd = await startClamdDouble()
    const { staff, clinician, clientId, begin, share } = await setUp(
      undefined,
      createVirusScan(clamd.address),
    )
    const content = pdfOf(900)
    const id = randomUUID()
    expectOk(await begin(content, id))
    const other = pdfOf(900)
    expectOk(await staff.append(clinician, clientId, { id, part: 0, bytes: other }))
    expect(code(await staff.finish(clinician, clientId, id))).toBe('invalid_document')
    expect(code(await staff.finish(clinician, clientId, id))).toBe('not_found')
    expect(code(await share(Buffer.from(`A text with ${TEST_VIRUS}.`)))).toBe('invalid_document')
    expect(code(await share(content))).toBe('ok')
    expect(clamd.seen.at(-1)?.equals(content)).toBe(true)
    await clamd[Symbol.asyncDispose]()
    // A scanner that is away gives no clean bill, and keeps what was uploaded until it is back.
    await expect(share(pdfOf(901))).rejects.toThrow()
  })

  it('[V8.2.2] nobody reads, shares or withdraws what is another’s, and a grant counts by its areas', async () => {
    const { staff, clientId, share, read, forClients, session, begin } = await setUp()
    const { id } = expectOk(await share(pdfOf(300)))
    const wanted = { clientId, id, action: 'documents.download' }
    const stranger = await practice().client('Ben')
    const theirs = await practice().device(stranger, 'Phone')
    const asker = { actor: theirs.actor, sessionId: session }
    expect(code(await forClients.link(asker, wanted))).toBe('not_found')
    expect(code(await forClients.link(asker, { ...wanted, clientId: stranger.clientId }))).toBe('not_found')
    const other = await practice().account('clinician')
    for (const actor of [other, theirs.actor]) {
      expect(code(await staff.list(actor, clientId, {}))).toBe('not_found')
      expect(code(await begin(pdfOf(20), randomUUID(), actor))).toBe('not_found')
      expect(code(await staff.append(actor, clientId, { id, part: 0, bytes: pdfOf(300) }))).toBe('not_found')
      expect(code(await staff.finish(actor, clientId, id))).toBe('not_found')
      expect(code(await staff.withdraw(actor, clientId, id))).toBe('not_found')
    }
    const helper = await practice().account('proxy')
    const { prisma } = practice().database
    const where = { clientId_accountId: { clientId, accountId: helper.accountId } }
    await prisma.accessGrant.create({
      data: { clientId, accountId: helper.accountId, scopes: ['messages:write'] },
    })
    expect(code(await read(id, helper))).toBe('not_found')
    await prisma.accessGrant.update({ where, data: { scopes: ['documents:read'] } })
    expect(code(await read(id, helper))).toBe('ok')
  })

  it('a link is for one session, for five minutes, and worth nothing once the document is withdrawn', async () => {
    const { staff, clinician, clientId, client, share, forClients, session } = await setUp()
    const { id } = expectOk(await share(pdfOf(300)))
    const wanted = { clientId, id, action: 'documents.download' }
    const asker = { actor: client.actor, sessionId: session }
    const link = expectOk(await forClients.link(asker, wanted))
    expect(link.expiresAt - practice().clock.time).toBeLessThanOrEqual(300_000)
    const ticket = link.url.split('/').at(-1) ?? ''
    expect(code(await forClients.open(asker, ticket))).toBe('ok')
    expect(code(await forClients.open({ ...asker, sessionId: randomUUID() }, ticket))).toBe('not_found')
    expect(
      code(await forClients.open(asker, `${ticket.slice(0, -1)}${ticket.endsWith('A') ? 'B' : 'A'}`)),
    ).toBe('not_found')
    practice().clock.time += 300_001
    expect(code(await forClients.open(asker, ticket))).toBe('link_expired')
    const again = expectOk(await forClients.link(asker, wanted))
    expectOk(await staff.withdraw(clinician, clientId, id))
    expect(code(await forClients.open(asker, again.url.split('/').at(-1) ?? ''))).toBe('not_found')
  })

  it('an upload that is ended or forgotten takes its bytes along, and rows never show what is in them', async () => {
    const { staff, clinician, clientId, begin, sweep, deps } = await setUp()
    const content = pdfOf(PART_BYTES + 10)
    const [ended, forgotten] = [randomUUID(), randomUUID()]
    for (const id of [ended, forgotten]) {
      expectOk(await begin(content, id))
      expectOk(
        await staff.append(clinician, clientId, { id, part: 0, bytes: content.subarray(0, PART_BYTES) }),
      )
    }
    expectOk(await staff.withdraw(clinician, clientId, ended))
    expect(await sweep()).toBe(1)
    const { prisma } = deps.database
    expect(await prisma.storedFile.count({ where: { clientId } })).toBe(1)
    const row = await prisma.storedFile.findUniqueOrThrow({
      where: { clientId_id: { clientId, id: forgotten } },
    })
    expect(Buffer.from(row.sealed).includes('letter')).toBe(false)
    // Those of tests before, too.
    const open = await prisma.storedFile.count({ where: { state: 'open' } })
    practice().clock.time += 15 * 24 * 3_600_000
    expect(await sweep()).toBe(open)
    expect(await prisma.storedFile.count({ where: { clientId } })).toBe(0)
  })
})
