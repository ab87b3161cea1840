/** Two real server processes over one Postgres and one Redis behind nginx, as docs/several-servers.md says. */
import { createDatabase, type TestDatabase } from './database.ts'
import { startNginx, type TestNginx } from './nginx.ts'
import { startRedis, type TestRedis } from './redis.ts'
import { type SpawnedServer, spawnServer } from './server.ts'

export interface SeveralServers extends AsyncDisposable {
  readonly database: TestDatabase
  readonly redis: TestRedis
  readonly nginx: TestNginx
  /** The running ones; a test that kills one puts another in its place. */
  readonly servers: SpawnedServer[]
  /** One more server of the same practice. */
  startServer(port?: number): Promise<SpawnedServer>
}

export async function startSeveralServers(): Promise<SeveralServers> {
  const [database, redis] = await Promise.all([createDatabase('postgres'), startRedis()])
  const startServer = (port?: number) =>
    spawnServer({
      dataDir: database.dataDir,
      ...(database.databaseUrl === undefined ? {} : { databaseUrl: database.databaseUrl }),
      ...(port === undefined ? {} : { port }),
      environment: { REDIS_URL: redis.url, PORTAL_TRUSTED_PROXIES: '127.0.0.1' },
    })
  // The first makes the secrets that both use.
  const servers = [await startServer()]
  servers.push(await startServer())
  const nginx = await startNginx(servers.map(({ port }) => port))
  return {
    database,
    redis,
    nginx,
    servers,
    startServer,
    async [Symbol.asyncDispose]() {
      await nginx[Symbol.asyncDispose]()
      await Promise.all(servers.map((server) => server.kill()))
      await redis.kill()
      await database.dispose()
    },
  }
}
