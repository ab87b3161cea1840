/** RxDB's own published suite for storages under replication, over the sealed storage. */
import { randomUUID } from 'node:crypto'
import { IDBFactory } from 'fake-indexeddb'
import { addRxPlugin, createRxDatabase, type RxCollection, type RxStorage } from 'rxdb'
import { RxDBDevModePlugin } from 'rxdb/plugins/dev-mode'
import { RxDBLocalDocumentsPlugin } from 'rxdb/plugins/local-documents'
import { type RxReplicationState, replicateRxCollection } from 'rxdb/plugins/replication'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import {
  getPullHandler,
  getPullStream,
  getPushHandler,
  runReplicationBaseTestSuite,
  schemas,
  setConfig,
} from 'rxdb/plugins/test-utils'
import { wrappedValidateAjvStorage } from 'rxdb/plugins/validate-ajv'
import { describe, it } from 'vitest'
import { openSealedReplica, type SealedReplica } from './sealed-replica.ts'

addRxPlugin(RxDBDevModePlugin)
addRxPlugin(RxDBLocalDocumentsPlugin)

/** The suite is written for mocha's globals. */
Object.assign(globalThis, { describe, it })

type Human = { passportId: string; firstName: string; lastName: string; age: number }
let server: RxCollection<Human>

/** A fresh disk per database; opened when RxDB asks for its first collection. */
function freshStorage(): RxStorage<unknown, Record<string, never>> {
  let opened: Promise<SealedReplica> | undefined
  const lazily = {
    name: 'sealed',
    rxdbVersion: '17.6.0',
    async createStorageInstance(params: Parameters<SealedReplica['storage']['createStorageInstance']>[0]) {
      opened ??= openSealedReplica({ indexedDB: new IDBFactory() })
      return (await opened).storage.createStorageInstance(params)
    },
  }
  return wrappedValidateAjvStorage({ storage: lazily as SealedReplica['storage'] })
}

setConfig({
  storage: {
    name: 'sealed',
    getStorage: freshStorage,
    getPerformanceStorage: () => ({ storage: freshStorage(), description: 'sealed' }),
    hasPersistence: true,
    hasMultiInstance: false,
    hasAttachments: false,
    hasReplication: true,
  },
})

const start = (collection: RxCollection<Human>, live: boolean): RxReplicationState<Human, unknown> =>
  replicateRxCollection<Human, unknown>({
    replicationIdentifier: `suite-${server.database.name}`,
    collection,
    live,
    waitForLeadership: false,
    pull: { handler: getPullHandler(server), stream$: getPullStream(server) },
    push: { handler: getPushHandler(server) },
  })

describe('RxDB replication suite', () => {
  runReplicationBaseTestSuite({
    startReplication: (collection: RxCollection<Human>) => start(collection, true),
    async syncOnce(collection: RxCollection<Human>) {
      await start(collection, false).awaitInitialReplication()
    },
    getAllServerDocs: async () => (await server.find().exec()).map((document) => document.toJSON()),
    async cleanUpServer() {
      await server?.database.close()
      const database = await createRxDatabase({
        name: `server-${randomUUID()}`,
        storage: wrappedValidateAjvStorage({ storage: getRxStorageMemory() }),
        multiInstance: false,
      })
      const { human } = await database.addCollections({ human: { schema: schemas.human } })
      server = human as unknown as RxCollection<Human>
    },
    getPrimaryOfServerDoc: (document: Human) => document.passportId,
  })
})
