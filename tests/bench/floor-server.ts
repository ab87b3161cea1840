/**
 * The least that a server over a socket can cost: what arrives is answered at once (`echo`), or when it is in a table of
 * one durable row each, in groups (`insert`). Nobody is asked for, nothing is merged, sealed or recorded.
 */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { Server } from 'socket.io'
import { io } from 'socket.io-client'

type Answer = (bytes: Uint8Array) => void
const ROW = Buffer.alloc(2_400, 7)
const PARALLEL = 2

const [work = '', url = '', clients = '50'] = process.argv.slice(2)
if (work === 'clients') await press(url, Number(clients))
else await serve(work === 'insert' ? url : undefined)

async function serve(databaseUrl: string | undefined): Promise<void> {
  const pool = databaseUrl === undefined ? undefined : new pg.Pool({ connectionString: databaseUrl })
  await pool?.query('CREATE TABLE IF NOT EXISTS public.floor (id uuid PRIMARY KEY, body bytea NOT NULL)')
  await pool?.query('ALTER TABLE public.floor ALTER COLUMN body SET STORAGE EXTERNAL')
  const waiting: Answer[] = []
  let groups = 0
  const gather = async (): Promise<void> => {
    if (waiting.length === 0 || groups >= PARALLEL) return
    const group = waiting.splice(0, 64)
    groups += 1
    const values = [group.map(() => randomUUID()), group.map(() => ROW)]
    await pool?.query({
      name: 'floor',
      text: 'INSERT INTO public.floor SELECT * FROM unnest($1::uuid[], $2::bytea[])',
      values,
    })
    groups -= 1
    for (const answer of group) answer(Buffer.alloc(24))
    void gather()
  }
  const httpServer = createServer()
  const server = new Server(httpServer, { transports: ['websocket'], serveClient: false })
  server.on('connection', (socket) => {
    socket.on('push', (_: Uint8Array, answer: Answer) => {
      if (pool === undefined) return answer(Buffer.alloc(24))
      waiting.push(answer)
      setImmediate(() => void gather())
    })
  })
  httpServer.listen(0, '127.0.0.1', () =>
    process.send?.(`http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`),
  )
}

/** Closed loops; counts on every message of its parent. */
async function press(server: string, count: number): Promise<void> {
  let done = 0
  const push = Buffer.alloc(90, 7)
  for (let index = 0; index < count; index += 1) {
    const socket = io(server, { transports: ['websocket'], forceNew: true })
    const next = () =>
      socket.emit('push', push, () => {
        done += 1
        next()
      })
    socket.once('connect', next)
  }
  process.on('message', () => process.send?.(done))
}

process.once('disconnect', () => process.exit(0))
