/**
 * What is nobody's mistake and passes by itself: the database is away, restarts, is overloaded, or its disk is full.
 * Such a failure changed nothing, and whoever asked may ask again. Everything else that throws is a bug.
 * SPEC: shared/protocol/SPEC.md, P29.
 */
import type { Clock } from '../../shared/kernel/clock.ts'
import type { Logger } from './logger.ts'

/** Connection, resources (disk full), operator, system; time-outs, locks, read-only stand-by, lost races. */
const SQL_STATE = /^(08|53|57P0|58)|^(57014|57P05|55P03|25006|25P03|40001|40P01)$/
const CODES = new Set([
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034'],
  ...[
    'DatabaseNotReachable',
    'ConnectionClosed',
    'TooManyConnections',
    'SocketTimeout',
    'TransactionWriteConflict',
  ],
  ...[
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENOTFOUND',
    'EAI_AGAIN',
  ],
  ...['ENOSPC', 'EDQUOT'],
])
/** Where the driver gives words only. */
const WORDS =
  /^Connection terminated|timeout exceeded when trying to connect|^Query read timeout|connection error and is not queryable|^Can't reach database|Cannot use a pool after calling end/

/** Why the database cannot serve now, for the log; undefined when the error is something else. */
export function outageReason(error: unknown): string | undefined {
  const seen = new Set<object>()
  const open: unknown[] = [error]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null || seen.has(next) || seen.size > 20) continue
    seen.add(next)
    const of = (name: string): unknown => Reflect.get(next, name)
    for (const code of [of('originalCode'), of('code'), of('kind')])
      if (typeof code === 'string' && (CODES.has(code) || SQL_STATE.test(code))) return code
    const message = of('message')
    if (typeof message === 'string' && WORDS.test(message)) return message.split('\n')[0]
    open.push(of('cause'), of('meta'), of('driverAdapterError'))
    const errors = of('errors')
    if (Array.isArray(errors)) open.push(...errors)
  }
  return undefined
}

export interface Outages {
  /** Is it an outage? Then it is in the log, though not once for every request. */
  note(error: unknown): boolean
}

const LOG_AGAIN_MS = 10_000

export function createOutages(logger: Logger, clock: Clock): Outages {
  let loggedAt = Number.NEGATIVE_INFINITY
  let since = 0
  return {
    note(error) {
      const reason = outageReason(error)
      if (reason === undefined) return false
      since += 1
      if (clock.now() - loggedAt >= LOG_AGAIN_MS) {
        loggedAt = clock.now()
        logger.warn(
          { reason, requests: since },
          'the database cannot serve now; devices keep what they have and try again',
        )
        since = 0
      }
      return true
    },
  }
}
