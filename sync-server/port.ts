/** Listening, with the errors that people meet as one plain line. */
import type { Server as HttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import { StartError } from './platform/start-error.ts'

/** What the settings are called that say where to listen. */
interface Names {
  readonly port: string
  readonly host: string
}
const CLIENTS: Names = { port: 'PORT', host: 'HOST' }

/** Resolves when `server` listens; throws StartError when it cannot. */
export function listen(server: Server, port: number, host: string, names = CLIENTS): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) =>
      reject(new StartError(reason(error, { port, host, names })))
    server.once('error', failed)
    server.listen(port, host, () => {
      server.off('error', failed)
      resolve()
    })
  })
}

const UNFINISHED_MS = 3_000

/** No new connection from now on; requests under way get their answer, if it comes within 3 seconds. */
export async function stopListening(server: HttpServer): Promise<void> {
  server.close()
  const active = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)))
  for (let waited = 0; waited < UNFINISHED_MS && (await active()) > 0; waited += 50) {
    server.closeIdleConnections()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  server.closeAllConnections()
}

/** Asked before anything is opened or written, so that a second start by mistake changes nothing. */
export async function assertPortFree(port: number, host: string): Promise<void> {
  if (port === 0) return
  const probe = createServer()
  await listen(probe, port, host)
  await new Promise((resolve) => probe.close(resolve))
}

function reason(
  error: NodeJS.ErrnoException,
  { port, host, names }: { readonly port: number; readonly host: string; readonly names: Names },
): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} is already in use. Stop what uses it, or choose another: ${names.port}=${port + 1} npm start`
    case 'EACCES':
      return `Port ${port} may not be used by this user. Choose one above 1023: ${names.port}=4000 npm start`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${names.host} ${host} is not an address of this machine.`
    default:
      return `Cannot listen on ${host}:${port}: ${error.message}`
  }
}
