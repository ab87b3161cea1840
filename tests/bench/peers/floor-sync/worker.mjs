/** Seals (AES-256-GCM), puts, sends; puts and tells what comes. */
import { io } from 'socket.io-client'

const DOCUMENT = 1_600
const BLOCK = 100
const text = new TextEncoder()
let database
let key
let url = null
let socket
/** Sent, not answered; and not sent yet, because there is no line. */
const unsent = []
let owed = 0
let isEmpty = true
let idle = []

const sealed = async (bytes) =>
  new Uint8Array(
    await crypto.subtle.encrypt(
      { name: 'AES-GCM', iv: crypto.getRandomValues(new Uint8Array(12)) },
      key,
      bytes,
    ),
  )
const put = (rows, durability) =>
  new Promise((resolve, reject) => {
    const transaction = database.transaction('rows', 'readwrite', { durability })
    const store = transaction.objectStore('rows')
    for (const [id, row] of rows) store.put(row, id)
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
    transaction.commit()
  })
/** In blocks, sealed, for what the server can say again. */
async function putAll(documents, durability = 'relaxed') {
  const blocks = []
  for (let at = 0; at < documents.length; at += BLOCK)
    blocks.push([`block ${at}`, sealed(text.encode(JSON.stringify(documents.slice(at, at + BLOCK))))])
  await put(await Promise.all(blocks.map(async ([id, bytes]) => [id, await bytes])), durability)
  isEmpty = false
  postMessage({ count: documents.length })
}

function send(edits) {
  owed += 1
  socket.emit('push', text.encode(JSON.stringify(edits)), () => {
    owed -= 1
    if (owed > 0) return
    for (const done of idle) done()
    idle = []
  })
}

const inflated = async (bytes) =>
  await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).json()

const calls = {
  async open({ db, url: given }) {
    url = given
    key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt'])
    database = await new Promise((resolve) => {
      const opening = indexedDB.open(db, 1)
      opening.onupgradeneeded = () => opening.result.createObjectStore('rows')
      opening.onsuccess = () => resolve(opening.result)
    })
  },
  async edit({ id, field, value }) {
    const edit = { id, field, value }
    await put([[id, await sealed(text.encode(JSON.stringify(edit).padEnd(DOCUMENT)))]], 'strict')
    if (socket?.connected) send([edit])
    else if (url !== null) unsent.push(edit)
  },
  async bulk(documents) {
    await putAll(documents, 'strict')
    if (socket?.connected)
      await new Promise((done) => socket.emit('fill', text.encode(JSON.stringify(documents)), done))
  },
  connect: () =>
    new Promise((resolve) => {
      socket = io(`http://${url}`, { transports: ['websocket'], forceNew: true, reconnection: false })
      socket.on('changes', async (bytes) => {
        const { field, value } = JSON.parse(new TextDecoder().decode(bytes))
        await put([['shown', await sealed(text.encode(value.padEnd(DOCUMENT)))]], 'relaxed')
        postMessage({ shown: { answers: { [field]: value } } })
      })
      socket.once('connect', () => {
        if (unsent.length > 0) send(unsent.splice(0))
        if (!isEmpty) return resolve()
        socket.emit('pull', async (bytes) => {
          if (bytes !== null) await putAll(await inflated(bytes))
          resolve()
        })
      })
    }),
  disconnect: async () => void socket.disconnect(),
  flush: () => new Promise((resolve) => (owed === 0 ? resolve() : idle.push(resolve))),
}

self.onmessage = async ({ data: { n, call, input } }) => {
  await calls[call](input)
  postMessage({ n })
}
