/**
 * The server below the app: how long a client may take, and the answers that no app gives. Time-outs are such that a
 * phone on a weak signal keeps them (1 MB at 64 kbit/s) and an attacker who drips does not.
 */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { Logger } from '../platform/logger.ts'

interface Patience {
  /** For all headers of a request; ms. */
  readonly headersMs: number
  /** For a request with its body; ms. */
  readonly requestMs: number
  /** Between two requests on one connection; ms. */
  readonly idleMs: number
  /** How often connections are looked at; ms. */
  readonly lookMs: number
}
const PATIENCE: Patience = { headersMs: 15_000, requestMs: 150_000, idleMs: 65_000, lookMs: 5_000 }

export function createHttpServer(app: RequestListener, logger: Logger, patience = PATIENCE): Server {
  const server = createServer({ connectionsCheckingInterval: patience.lookMs, maxHeaderSize: 16_384 }, app)
  server.headersTimeout = patience.headersMs
  server.requestTimeout = patience.requestMs
  server.keepAliveTimeout = patience.idleMs
  server.maxHeadersCount = 100
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
    const status = late ? '408 Request Timeout' : '400 Bad Request'
    if (socket.writable && error.code !== 'ECONNRESET')
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    else socket.destroy()
    logger.debug({ code: error.code }, 'connection refused')
  })
  return server
}
