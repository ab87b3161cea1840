/** Commits what is pushed, one row of 2.4 kB for each edit, in groups of what waits; then answers and passes it on. */
import { createServer } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import pg from 'pg'
import { Server } from 'socket.io'

const [port, control, connectionString] = process.argv.slice(2)
const pool = new pg.Pool({ connectionString })
await pool.query(`
  CREATE TABLE edit (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea NOT NULL);
  CREATE TABLE document (id uuid PRIMARY KEY, body bytea NOT NULL);
  ALTER TABLE edit ALTER COLUMN body SET STORAGE EXTERNAL;
  ALTER TABLE document ALTER COLUMN body SET STORAGE EXTERNAL`)
const INSERT = { name: 'edit', text: 'INSERT INTO edit (body) SELECT * FROM unnest($1::bytea[])' }
const ROW = Buffer.alloc(2_400, 7)
const pack = promisify(gzip)
let documents = 0
const values = new Map()

let waiting = []
let committing = false
async function gather() {
  if (committing || waiting.length === 0) return
  committing = true
  const group = waiting
  waiting = []
  await pool.query({ ...INSERT, values: [group.flatMap(({ edits }) => edits.map(() => ROW))] })
  committing = false
  for (const { socket, edits, answer } of group) {
    answer(Buffer.alloc(24))
    for (const edit of edits) {
      values.set(edit.value, (values.get(edit.value) ?? 0) + 1)
      if (edits.length === 1) socket.broadcast.emit('changes', Buffer.from(JSON.stringify(edit)))
    }
  }
  void gather()
}

const http = createServer()
const server = new Server(http, {
  transports: ['websocket'],
  serveClient: false,
  maxHttpBufferSize: 50_000_000,
})
server.on('connection', (socket) => {
  socket.on('push', (bytes, answer) => {
    waiting.push({ socket, edits: JSON.parse(bytes.toString()), answer })
    void gather()
  })
  socket.on('fill', async (bytes, answer) => {
    const all = JSON.parse(bytes.toString())
    const bodies = all.map((document) => Buffer.from(JSON.stringify(document)))
    await pool.query('INSERT INTO document SELECT * FROM unnest($1::uuid[], $2::bytea[])', [
      all.map(({ id }) => id),
      bodies,
    ])
    documents += all.length
    answer()
  })
  socket.on('pull', async (answer) => {
    if (documents === 0) return answer(null)
    const { rows } = await pool.query('SELECT body FROM document')
    answer(await pack(`[${rows.map(({ body }) => body.toString()).join()}]`, { level: 1 }))
  })
})
http.listen(Number(port), '127.0.0.1')
createServer((request, answer) => {
  const [path, value = ''] = (request.url ?? '').split('?')
  answer.end(String(path === '/count' ? documents : (values.get(decodeURIComponent(value)) ?? 0)))
}).listen(Number(control), '127.0.0.1')
