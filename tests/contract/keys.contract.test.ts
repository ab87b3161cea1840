/** Key-encryption keys: one follows another while servers run. */
import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { publicKeyOf } from '../../shared/crypto/sealed-box.ts'
import { createClientKeys } from '../../sync-server/platform/client-keys.ts'
import { createEscrowKeys } from '../../sync-server/platform/escrow-keys.ts'
import { createKeyProvider, createKeyRing } from '../../sync-server/platform/key-provider.ts'
import { rotateKeys } from '../../sync-server/rotate-keys.ts'
import { describeOverDatabases, usePractice } from '../harness/practice.ts'

const provider = () => createKeyProvider({ kek: new Uint8Array(randomBytes(32)) })

describeOverDatabases('key-encryption keys', (open) => {
  const practice = usePractice(open)

  it('[S12] the key of devices is one for all servers, wrapped, and comes under the next one', async () => {
    const { database, keyProvider: before } = practice()
    const after = provider()
    const servers = [1, 2, 3].map(() => createEscrowKeys({ keyProvider: createKeyRing([before, after]) }))
    const given = await Promise.all(servers.map((keys) => database.transaction((tx) => keys.current(tx))))
    const [{ keyId, publicKey } = { keyId: '', publicKey: new Uint8Array() }] = given
    for (const one of given) expect(one).toEqual({ keyId, publicKey })
    const rows = await database.prisma.escrowKey.findMany()
    const stored = rows.find((row) => row.keyId === keyId)
    const secret = await database.transaction(
      (tx) => servers[0]?.secret(tx, keyId) ?? Promise.resolve(undefined),
    )
    expect(publicKeyOf(secret?.secretKey ?? new Uint8Array(32))).toEqual(publicKey)
    expect(Buffer.from(stored?.wrapped ?? []).includes(Buffer.from(secret?.secretKey ?? [0]))).toBe(false)

    await rotateKeys(database, createKeyRing([after, before]), Date.now)
    const alone = createEscrowKeys({ keyProvider: after })
    expect(await database.transaction((tx) => alone.secret(tx, keyId))).toEqual(secret)
    expect(await database.transaction((tx) => alone.secret(tx, 'never given out'))).toBeUndefined()
    // As it was: other tests know the first key alone.
    await rotateKeys(database, createKeyRing([before, after]), Date.now)
  })

  it('[A9] data keys come under the next one while clients write, and open with it alone afterwards', async () => {
    const { database, keyProvider: before } = practice()
    const clients = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const client = await practice().client()
        const draftId = await practice().assign(client.clientId)
        const phone = await practice().device(client)
        // The server that knows only the older key has opened this client's, as one that runs would have.
        await practice().document(phone, 'drafts', draftId)
        return { client, draftId, phone }
      }),
    )
    const after = provider()
    const both = createKeyRing([after, before])
    let rotating = true
    const writing = (async () => {
      for (let round = 0; rotating || round < 2; round++)
        for (const { phone, draftId } of clients)
          await phone.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': `round ${round}` } })
    })()
    expect(await rotateKeys(database, both, Date.now)).toBeGreaterThanOrEqual(12)
    rotating = false
    await writing
    expect(await rotateKeys(database, both, Date.now)).toBe(0)
    expect(await database.prisma.clientKey.count({ where: { kekId: { not: after.kekId } } })).toBe(0)
    expect(await database.prisma.auditEvent.count({ where: { action: 'keys.rewrapped' } })).toBeGreaterThan(0)

    const fresh = createClientKeys({ keyProvider: after })
    await database.transaction((tx) => fresh.verify(tx))
    for (const { client, draftId, phone } of clients) {
      const { body } = await database.prisma.formDraft.findUniqueOrThrow({
        where: { clientId_id: { clientId: client.clientId, id: draftId } },
      })
      const cipher = await database.transaction((tx) => fresh.cipherOf(tx, client.clientId))
      expect(
        cipher.openOfAnyVersion({ collection: 'drafts', documentId: draftId, schema: 1_000 }, body),
      ).toBeDefined()
      expect(await practice().document(phone, 'drafts', draftId)).toBeDefined()
    }
    await expect(
      database.transaction((tx) => createClientKeys({ keyProvider: before }).verify(tx)),
    ).rejects.toThrow('Start with the right one')
    await rotateKeys(database, createKeyRing([before, after]), Date.now)
  })

  it('[A9] a run that broke off goes on where it was', async () => {
    const { database, keyProvider: before } = practice()
    for (let index = 0; index < 3; index++) await practice().assign((await practice().client()).clientId)
    const next = provider()
    const keys = createClientKeys({ keyProvider: createKeyRing([next, before]) })
    expect(await database.transaction((tx) => keys.rewrap(tx, 2))).toBe(2)
    const { clientKey, clientTagKey, escrowKey } = database.prisma
    const all = (await clientKey.count()) + (await clientTagKey.count()) + (await escrowKey.count())
    expect(await rotateKeys(database, createKeyRing([next, before]), Date.now)).toBe(all - 2)
    await rotateKeys(database, createKeyRing([before, next]), Date.now)
  })

  it('[A9] a damaged key is its own client’s trouble', async () => {
    const { database } = practice()
    const [sound, damaged] = [await practice().client(), await practice().client()]
    for (const { clientId } of [sound, damaged]) await practice().assign(clientId)
    const where = { clientId: damaged.clientId }
    const key = await database.prisma.clientKey.findFirstOrThrow({ where })
    const wrapped = Uint8Array.from(key.wrapped)
    wrapped[wrapped.length - 1] = (wrapped.at(-1) ?? 0) ^ 1
    await database.prisma.clientKey.updateMany({ where, data: { wrapped } })
    const fresh = createClientKeys({ keyProvider: practice().keyProvider })
    const found = await database.transaction((tx) => fresh.ciphersOf(tx, [sound.clientId, damaged.clientId]))
    expect([...found.keys()]).toEqual([sound.clientId])
    await expect(database.transaction((tx) => fresh.cipherOf(tx, damaged.clientId))).rejects.toThrow(
      'cannot be opened',
    )
    await database.prisma.clientKey.updateMany({ where, data: { wrapped: key.wrapped } })
  })
})
