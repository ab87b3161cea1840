/**
 * Connections to a real Postgres that give up in time: nobody waits for ever on a lock, a statement or a server that
 * is gone, and a connection that dies takes nobody with it.
 */
import pg from 'pg'

const CONNECT_MS = 5_000
const STATEMENT_MS = 30_000
const LOCK_MS = 10_000
/** Longer than any transaction may take. */
const IDLE_IN_TRANSACTION_MS = 70_000

/** As which a running server's connections are known to the database. */
export const SERVER_NAME = 'mentalspace-portal'

export function createPool(connectionString: string, max: number, options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: withOptions(connectionString, options.options),
    max,
    application_name: SERVER_NAME,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...options,
  })
  // A connection that breaks is replaced at the next use; without a listener it would end the process. The pool listens
  // while it is idle, and this while it is lent.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/** What an operator gives in the URL stands, and ours after it: the driver takes those of the URL alone. */
function withOptions(connectionString: string, options: string | undefined): string {
  if (options === undefined || options === '') return connectionString
  const url = new URL(connectionString)
  url.searchParams.set('options', `${url.searchParams.get('options') ?? ''} ${options}`.trim())
  return url.href
}
