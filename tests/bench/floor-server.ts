/**
 * The least that a server over a socket can cost: what arrives is answered at once (`echo`), when it is in a table of
 * one durable row each, in groups (`insert`), or when all rows are there that a push leaves in the product (`rows`). Nobody
 * is asked for, nothing is opened, merged or sealed.
 */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { Server } from 'socket.io'
import { io } from 'socket.io-client'
import { createFloorRows, type FloorClient } from './floor-rows.ts'

type Answer = (bytes: Uint8Array) => void
/** Writes what a group of as many pushes leaves. */
type WriteGroup = (size: number) => Promise<unknown>
const ROW = Buffer.alloc(2_400, 7)
const PARALLEL = 2

const [work = '', url = '', given = ''] = process.argv.slice(2)
if (work === 'clients') await press(url, Number(given))
else if (work === 'insert') await serve(await insertsOneRow(url))
else if (work === 'rows') await serve(await writesRows(url, JSON.parse(given) as readonly FloorClient[]))
else await serve(undefined)

async function insertsOneRow(connectionString: string): Promise<WriteGroup> {
  const pool = new pg.Pool({ connectionString })
  await pool.query('CREATE TABLE IF NOT EXISTS public.floor (id uuid PRIMARY KEY, body bytea NOT NULL)')
  await pool.query('ALTER TABLE public.floor ALTER COLUMN body SET STORAGE EXTERNAL')
  return (size) =>
    pool.query({
      name: 'floor',
      text: 'INSERT INTO public.floor SELECT * FROM unnest($1::uuid[], $2::bytea[])',
      values: [Array.from({ length: size }, () => randomUUID()), Array.from({ length: size }, () => ROW)],
    })
}

async function writesRows(databaseUrl: string, clients: readonly FloorClient[]): Promise<WriteGroup> {
  const write = await createFloorRows(databaseUrl)
  const free = [...clients]
  return async (size) => {
    const group = free.splice(0, size)
    await write(group)
    free.push(...group)
  }
}

async function serve(write: WriteGroup | undefined): Promise<void> {
  const waiting: Answer[] = []
  let groups = 0
  const gather = async (): Promise<void> => {
    if (waiting.length === 0 || groups >= PARALLEL) return
    const group = waiting.splice(0, 64)
    groups += 1
    await write?.(group.length)
    groups -= 1
    for (const answer of group) answer(Buffer.alloc(24))
    void gather()
  }
  const httpServer = createServer()
  const server = new Server(httpServer, { transports: ['websocket'], serveClient: false })
  server.on('connection', (socket) => {
    socket.on('push', (_: Uint8Array, answer: Answer) => {
      if (write === undefined) return answer(Buffer.alloc(24))
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
