/** What is killed, how, and how it returns. The address of the server stays the same all the time. */
import { createDatabase } from '../harness/database.ts'
import { createCluster, withClient } from '../harness/postgres-cluster.ts'
import { type SpawnedServer, spawnServer } from '../harness/server.ts'
import { ask } from '../harness/sign-in.ts'
import type { Random } from './random.ts'
import { pause } from './socket-writer.ts'

export type VictimKind = 'server' | 'postgres' | 'pglite'

export interface Victim extends AsyncDisposable {
  readonly url: string
  /** SIGKILL, without warning. */
  kill(): Promise<void>
  /** For the case that somebody does not come back: what the server said, what the database is busy with. */
  describe(): Promise<string>
  /** Resolves when the server can serve again. */
  restore(): Promise<void>
}

/** `whole`: of Postgres never one process alone, which it would start again by itself. */
export async function createVictim(kind: VictimKind, random: Random, whole = false): Promise<Victim> {
  if (kind === 'postgres') return killedPostgres(random, whole)
  const database = await createDatabase(kind === 'pglite' ? 'pglite' : 'postgres')
  let server = await spawnServer(database)
  const { url, port } = server
  return {
    url,
    kill: async () => void (await server.kill('SIGKILL')),
    describe: async () => server.output(),
    restore: async () => {
      server = await spawnServer({ ...database, port })
    },
    async [Symbol.asyncDispose]() {
      await server.kill('SIGKILL')
      await database.dispose()
    },
  }
}

/** The server stays up and has to heal. Every third time only one of Postgres's processes is killed, unless `whole`. */
async function killedPostgres(random: Random, whole: boolean): Promise<Victim> {
  const cluster = await createCluster()
  await cluster.start()
  const server: SpawnedServer = await spawnServer({ databaseUrl: cluster.adminUrl })
  let isDown = false
  return {
    url: server.url,
    async kill() {
      isDown = whole || random.between(1, 3) > 1
      if (isDown) await cluster.kill()
      else cluster.killBackend((candidates) => random.between(0, candidates - 1))
    },
    describe: async () => {
      const busy = await withClient(cluster.adminUrl, (client) =>
        client.query(
          `select state, wait_event, left(query, 80) as query from pg_stat_activity where client_port is not null`,
        ),
      )
      return `${JSON.stringify(busy.rows)}\n${server.output()}`
    },
    async restore() {
      if (isDown) await cluster.start()
      const deadline = Date.now() + 60_000
      while ((await ask(`${server.url}/healthz`)).status !== 200) {
        if (server.process.exitCode !== null) throw new Error(`the server ended:\n${server.output()}`)
        if (Date.now() > deadline) throw new Error('the server did not heal')
        await pause(50)
      }
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await cluster[Symbol.asyncDispose]()
    },
  }
}
