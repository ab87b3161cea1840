/**
 * Everything of `rxdb/plugins/test-utils`, which is what RxDB publishes of its tests, over the sealed storage: its
 * replication suite, its performance suite (small, for what it checks), and its collections and schemas, each compared
 * with RxDB's memory storage. docs/rxdb-suites.md lists them with their results; the last test keeps it true.
 */
import { randomUUID } from 'node:crypto'
import { IDBFactory } from 'fake-indexeddb'
import { addRxPlugin, createRxDatabase, type RxCollection, type RxJsonSchema, type RxStorage } from 'rxdb'
import { RxDBDevModePlugin } from 'rxdb/plugins/dev-mode'
import { RxDBLocalDocumentsPlugin } from 'rxdb/plugins/local-documents'
import { type RxReplicationState, replicateRxCollection } from 'rxdb/plugins/replication'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import * as testUtils from 'rxdb/plugins/test-utils'
import { wrappedValidateAjvStorage } from 'rxdb/plugins/validate-ajv'
import { describe, expect, it } from 'vitest'
import { openSealedReplica, type SealedReplica } from './sealed-replica.ts'

const {
  getPullHandler,
  getPullStream,
  getPushHandler,
  humansCollection,
  runPerformanceTests,
  runReplicationBaseTestSuite,
  schemaObjects,
  schemas,
  setConfig,
} = testUtils

addRxPlugin(RxDBDevModePlugin)
addRxPlugin(RxDBLocalDocumentsPlugin)

/** Of the document: what was run, or why not. */
const listed: [group: string, name: string, result: string][] = []
const runs = (group: string, name: string, run: () => Promise<void> | void) => {
  const at = listed.push([group, name, 'FAILS']) - 1
  it(name, async () => {
    await run()
    listed[at] = [group, name, 'passes']
  })
}
const doesNotApply = (group: string, names: readonly string[], why: string) => {
  for (const name of names) listed.push([group, name, `does not apply: ${why}`])
}

/** The suite is written for mocha's globals. */
const REPLICATION = 'Replication suite (`runReplicationBaseTestSuite`)'
Object.assign(globalThis, {
  describe,
  it: (name: string, run: () => Promise<void>) => runs(REPLICATION, name, run),
})

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

doesNotApply(
  REPLICATION,
  [
    'should replicate an inserted attachment',
    'should replicate an updated attachment',
    'should replicate a deleted attachment',
    'should keep the master attachment state on conflict',
    'should not replicate attachment data when attachments are disabled',
  ],
  'attachments are no documents here; the storage refuses a schema that has them',
)

describe('RxDB performance suite', () => {
  runs('Performance suite (`runPerformanceTests`)', 'every read and write that it times', async () => {
    const size = { runs: 1, collectionsAmount: 2, docsAmount: 120, serialDocsAmount: 5, insertBatches: 6 }
    await runPerformanceTests(freshStorage(), 'sealed', { ...size, waitBetweenTests: 0, log: false })
  })
})

const memory = () => wrappedValidateAjvStorage({ storage: getRxStorageMemory() })
const contents = async (collection: RxCollection) => {
  const documents = (await collection.find().exec()).map((document) => JSON.stringify(document.toJSON()))
  return documents.sort()
}

describe('RxDB collections', () => {
  const group = 'Collections (`humansCollection`)'
  const made: { readonly [name: string]: (size: number) => Promise<RxCollection> } = {
    create: (size) => humansCollection.create(size, 'human', false) as Promise<RxCollection>,
    createNoCompression: (size) => humansCollection.createNoCompression(size) as Promise<RxCollection>,
    createAgeIndex: (size) => humansCollection.createAgeIndex(size) as Promise<RxCollection>,
    createNested: (size) => humansCollection.createNested(size) as Promise<RxCollection>,
    createDeepNested: (size) => humansCollection.createDeepNested(size) as Promise<RxCollection>,
    createPrimary: (size) => humansCollection.createPrimary(size) as Promise<RxCollection>,
    createHumanWithTimestamp: (size) =>
      humansCollection.createHumanWithTimestamp(size) as Promise<RxCollection>,
    createIdAndAgeIndex: (size) => humansCollection.createIdAndAgeIndex(size) as Promise<RxCollection>,
    createHumanWithOwnership: (size) =>
      humansCollection.createHumanWithOwnership(size) as Promise<RxCollection>,
  }
  for (const [name, make] of Object.entries(made))
    runs(group, name, async () => {
      const collection = await make(10)
      expect(await collection.count().exec()).toBe(10)
      const [first] = await collection.find().exec()
      if (first === undefined) throw new Error('nothing was inserted')
      await first.remove()
      expect(await contents(collection)).toHaveLength(9)
      await collection.database.close()
    })
  for (const name of ['createRelated', 'createRelatedNested'] as const)
    runs(group, name, async () => {
      const collection = (await humansCollection[name]()) as unknown as RxCollection
      const documents = await contents(collection)
      expect(documents).toHaveLength(2)
      await collection.database.close()
    })
  runs(group, 'multipleOnSameDB', async () => {
    const { db, collection, collection2 } = await humansCollection.multipleOnSameDB(10)
    expect([await collection.count().exec(), await collection2.count().exec()]).toEqual([10, 10])
    await db.close()
  })
  doesNotApply(group, ['createAttachments'], 'attachments are no documents here')
  doesNotApply(
    group,
    ['createMultiInstance'],
    'tabs share the database below the storage (R2, R21), not through RxDB’s own channel',
  )
  doesNotApply(
    group,
    ['createMigrationCollection'],
    'the documents’ schema changes below the storage (protocol P2); RxDB’s migration would write every document anew',
  )
})

describe('RxDB schemas', () => {
  const group = 'Schemas (`schemas` with `schemaObjects`, and `createBySchema`)'
  const filled: { readonly [name: string]: () => object } = {
    averageSchema: () => schemaObjects.averageSchemaData(),
    bigHuman: schemaObjects.bigHumanDocumentType,
    compoundIndex: schemaObjects.compoundIndexData,
    deepNestedHuman: schemaObjects.deepNestedHumanData,
    heroArray: schemaObjects.heroArrayData,
    human: () => schemaObjects.humanData(),
    humanAgeIndex: () => schemaObjects.humanData(),
    humanCompositePrimary: () => schemaObjects.humanWithCompositePrimary(),
    humanDefault: () => schemaObjects.humanData(),
    humanFinal: () => schemaObjects.humanData(),
    humanIdAndAgeIndex: () => schemaObjects.humanWithIdAndAgeIndexDocumentType(),
    humanMinimal: () => schemaObjects.simpleHumanV3Data(),
    humanSubIndex: schemaObjects.humanWithSubOther,
    humanWithAllIndex: () => schemaObjects.humanData(),
    humanWithOwnership: () => schemaObjects.humanWithOwnershipData({}, 'alice'),
    humanWithTimestamp: () => schemaObjects.humanWithTimestampData(),
    nestedHuman: () => schemaObjects.nestedHumanData(),
    noIndexHuman: schemaObjects.NoIndexHuman,
    point: schemaObjects.pointData,
    primaryHuman: () => schemaObjects.humanData(),
    refHuman: () => schemaObjects.refHumanData(),
    refHumanNested: () => schemaObjects.refHumanNestedData(),
    simpleArrayHero: () => schemaObjects.simpleHeroArray(),
    simpleHuman: schemaObjects.simpleHumanAge,
  }
  for (const [name, data] of Object.entries(filled))
    runs(group, name, async () => {
      const found: unknown = Reflect.get(schemas, name)
      const schema = (typeof found === 'function' ? found() : found) as RxJsonSchema<object>
      // A schema of a later version is asked for migrations: of our storage only what is stored is of interest.
      const first = { ...structuredClone(schema), version: 0 } as RxJsonSchema<object>
      const documents = Array.from({ length: 10 }, () => structuredClone(data()))
      const both = await Promise.all(
        [freshStorage(), memory()].map(async (storage) => {
          const collection = await humansCollection.createBySchema(first, 'human', storage)
          await collection.bulkInsert(structuredClone(documents))
          const stored = await contents(collection as RxCollection)
          await collection.database.close()
          return stored
        }),
      )
      expect(both[0]).toEqual(both[1])
      expect(both[0]).toHaveLength(10)
    })
  doesNotApply(
    group,
    ['encryptedHuman', 'encryptedObjectHuman', 'encryptedDeepHuman'],
    'they are for RxDB’s own encryption plugin; here every field is sealed below the storage',
  )
  doesNotApply(
    group,
    ['compoundIndexNoString', 'empty', 'humanMinimalBroken', 'noStringIndex', 'notExistingIndex'],
    'RxDB refuses them before any storage sees them',
  )
  doesNotApply(
    group,
    [
      'enableKeyCompression',
      'humanCompositePrimarySchemaLiteral',
      'humanNormalizeSchema1',
      'humanNormalizeSchema1Literal',
      'humanNormalizeSchema2',
      'humanSchemaLiteral',
      'humanWithDeepNestedIndexes',
      'humanWithSimpleAndCompoundIndexes',
      'humanWithTimestampAllIndex',
      'humanWithTimestampNested',
      'primaryHumanLiteral',
      'simpleHumanV3',
    ],
    'variants of the ones above, for RxDB’s schema normalization, key compression, planner and migration',
  )
})

describe('the list', () => {
  it('names every suite, collection and schema that RxDB publishes, with its result', async () => {
    const names = listed.map(([, name]) => name)
    expect(names).toHaveLength(new Set(names).size)
    const published = [...Object.keys(humansCollection), ...Object.keys(schemas)]
    expect(published.filter((name) => name !== 'createBySchema' && !names.includes(name))).toEqual([])
    const suites = Object.keys(testUtils).filter((name) => /^run|Suite$/.test(name))
    expect(suites.toSorted()).toEqual(['runPerformanceTests', 'runReplicationBaseTestSuite'])
    const groups = [...new Set(listed.map(([group]) => group))]
    const tables = groups.map((group) => {
      const rows = listed.filter(([of]) => of === group).map(([, name, result]) => `| ${name} | ${result} |`)
      return `## ${group}\n\n| | result |\n|---|---|\n${rows.join('\n')}\n`
    })
    const text = `# RxDB’s own suites over the sealed storage

\`tests/contract/replica-rxdb-suite.test.ts\` runs what the npm package of RxDB 17.6.0 publishes of its tests (\`rxdb/plugins/test-utils\`) over the sealed
storage, and fails if this list is not what it ran (\`-u\` writes it anew). RxDB’s unit tests proper are not in the package.

${tables.join('\n')}`
    await expect(text).toMatchFileSnapshot('../../docs/rxdb-suites.md')
  })
})
