/**
 * Puts the product beside other local-first stacks, in the harness that measures them (docs/figures.md says how to run
 * it). The page is the real replica without its screens: real worker, sealed storage, RxDB collections, replication
 * client; the server is the real one over a PostgreSQL of its own with fsync on.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const here = import.meta.dirname
const root = join(here, '../../../..')
/** The harness runs this file in its worker process: its libraries lie beside that, its options are an argument. */
const harness = (name) => import(pathToFileURL(join(dirname(process.argv[1]), name)).href)
const options = () => JSON.parse(process.argv[5] ?? '{}')
const bundler = () => import(pathToFileURL(createRequire(join(root, 'package.json')).resolve('vite')).href)

export default {
  label: 'Portal (sealed, strict, audited)',
  suites: ['A', 'B', 'C'],
  nodeClient: 'client.mjs',
  // The replica's page half and its RxDB collections; the worker, which has the rest, is the extra asset.
  bundle: `export { openReplica } from '${join(root, 'client/replica/database.ts')}'
export { connectToWorker } from '${join(root, 'client/replica/worker-port.ts')}'`,
  extraAssets: () => [workerBundle()],
  notes:
    'a document is a draft of a bench questionnaire: answers keyed by field, clientId as title, createdAt as assignedAt; ' +
    'A and K: the bulk arrives as pages of a pull (the only bulk there is on a device), single inserts and edits are ' +
    'local writes with their outbox entries; C: each client fills in an empty draft of ' +
    'its own with a push, all 30 answers of the document, and is signed in before; B: the server has assigned empty drafts before, the seed fills them in. Strict durability, AES-256-GCM on device and server, authorization, merge, ' +
    'history and audit on; Postgres fsync on. Signing in and unlocking (Argon2id) are outside the timed parts.',
  async build({ dir }) {
    const { build } = await bundler()
    await build({
      configFile: false,
      root: here,
      base: './',
      logLevel: 'error',
      worker: { format: 'es' },
      build: {
        outDir: dir,
        emptyOutDir: false,
        target: 'es2022',
        modulePreload: false,
        rolldownOptions: {
          input: join(here, 'page.ts'),
          output: { entryFileNames: 'page.js', chunkFileNames: '[name]-[hash].js' },
        },
      },
    })
  },
  async server({ port, log, spawnServer, until, freePort, killTree, closers }) {
    const { startPg } = await harness('pg.mjs')
    const pg = await startPg({ port: await freePort() })
    closers.push(() => pg.stop())
    const control = await freePort()
    const { suite, ids } = await documentsOf()
    const server = spawnServer(process.execPath, [await builtServer()], {
      log,
      cwd: root,
      env: {
        ...process.env,
        // The page's build sets it.
        NODE_ENV: '',
        PORT: String(port),
        DATABASE_URL: `postgres://postgres@127.0.0.1:${pg.port}/postgres`,
        PORTAL_DATA_DIR: join(pg.dir, '..', `ours-${port}`),
        BENCH_CONTROL: String(control),
        BENCH_SUITE: suite,
        BENCH_DOCUMENTS: ids,
        BENCH_PUSHING: suite === 'C' ? String(PUSHING * (options().runs ?? 3)) : '0',
        BENCH_IDLE: suite === 'C' ? String(IDLE) : '0',
      },
    })
    closers.push(() => killTree(server.pid))
    // Suite C's clients know the server's address alone.
    writeFileSync(controlFile(port), String(control))
    closers.push(() => rmSync(controlFile(port), { force: true }))
    const ask = async (path) => Number(await (await fetch(`http://127.0.0.1:${control}${path}`)).text())
    await until(async () => (await ask('/count')) >= 0, { timeout: 240_000, every: 200, what: 'the portal' })
    return {
      pid: server.pid,
      pidList: () => [server.pid, pg.pid],
      port,
      durability: 'Postgres 15 fsync=on, synchronous_commit=on; answered after the commit',
      count: () => ask('/count'),
      mark: () => ask('/mark'),
      countValue: (field, value) => ask(`/value?field=${field}&value=${encodeURIComponent(value)}`),
      stop: async () => {
        await killTree(server.pid)
        await pg.stop()
      },
    }
  },
}

/** As `npm start` builds the product: what compiles at the start names every function anew while it runs. */
async function builtServer() {
  const { build } = await bundler()
  // As deep as the product's own, which looks for its files from there.
  const outDir = join(root, 'dist', 'bench')
  await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'error',
    build: {
      ssr: join(here, 'server.ts'),
      outDir,
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'server.mjs', chunkFileNames: '[name]-[hash].mjs' } },
    },
  })
  return join(outDir, 'server.mjs')
}

/** Clients of suite C: those that push in one run, and the most that are connected at a time. */
const PUSHING = 50
const IDLE = 2_000

export const controlFile = (port) => join(tmpdir(), `portal-bench-control-${port}`)

function workerBundle() {
  const { buildSync } = createRequire(join(root, 'package.json'))('esbuild')
  const built = buildSync({
    entryPoints: [join(root, 'client/replica/worker/worker-entry.ts')],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  })
  return Buffer.from(built.outputFiles[0].contents)
}

/** Ids of the documents that suite B will write, as a file: the server assigns them before the clock starts. */
async function documentsOf() {
  const suite = process.argv[3]
  if (suite !== 'B') return { suite, ids: '' }
  const { makeDocs } = await harness('docs.mjs')
  const path = join(mkdtempSync(join(tmpdir(), 'ours-')), 'documents.json')
  const documents = makeDocs(options().docs ?? 10_000, 1)
  writeFileSync(
    path,
    JSON.stringify(documents.map(({ id, clientId, createdAt }) => [id, clientId, createdAt])),
  )
  return { suite, ids: path }
}
