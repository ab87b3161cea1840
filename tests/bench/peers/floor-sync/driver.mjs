/**
 * The least that a sealed, durable replica with a worker and a server over a durable database can do, so that a figure
 * of ours can be held against it: each write is sealed and put strictly, then sent; the server commits a row (2.4 kB, in
 * groups) and passes it on; the other device seals and puts it, and shows it. A pull reads all rows, packs them once,
 * and they are sealed in blocks. Nobody is asked for, nothing is merged, checked, recorded, indexed or searched.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const here = import.meta.dirname
const root = join(here, '../../../..')
/** The harness runs this file in its worker process: its libraries lie beside that. */
const harness = (name) => import(pathToFileURL(join(process.argv[1], '..', name)).href)

export default {
  label: 'Floor (sealed, strict, fsync, nothing else)',
  suites: ['A', 'B'],
  notes: 'queries and cold opens are made up and mean nothing; what is stored of edits is one row',
  build({ dir }) {
    const { buildSync } = createRequire(join(root, 'package.json'))('esbuild')
    buildSync({
      entryPoints: [join(here, 'page.mjs'), join(here, 'worker.mjs')],
      outdir: dir,
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      platform: 'browser',
      logLevel: 'silent',
    })
  },
  async server({ port, log, spawnServer, until, freePort, killTree, closers }) {
    const { startPg } = await harness('pg.mjs')
    const pg = await startPg({ port: await freePort() })
    closers.push(() => pg.stop())
    const database = `postgres://postgres@127.0.0.1:${pg.port}/postgres`
    const control = await freePort()
    const server = spawnServer(
      process.execPath,
      [join(here, 'server.mjs'), port, control, database].map(String),
      {
        log,
        cwd: root,
        env: { ...process.env, NODE_ENV: 'production' },
      },
    )
    closers.push(() => killTree(server.pid))
    const ask = async (path) => Number(await (await fetch(`http://127.0.0.1:${control}${path}`)).text())
    await until(async () => (await ask('/count').catch(() => -1)) >= 0, {
      timeout: 60_000,
      every: 100,
      what: 'the floor',
    })
    return {
      pid: server.pid,
      pidList: () => [server.pid, pg.pid],
      port,
      durability: 'Postgres 15 fsync=on; answered after the commit',
      count: () => ask('/count'),
      countValue: (_, value) => ask(`/value?${encodeURIComponent(value)}`),
      stop: async () => {
        await killTree(server.pid)
        await pg.stop()
      },
    }
  },
}
