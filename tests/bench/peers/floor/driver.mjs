/**
 * What no replica with a worker can go below: a page that starts an empty worker, which opens an IndexedDB of one store
 * and reads one row of the size of a snapshot of 10,000 documents. Nothing is opened, parsed or searched; the answer is made up.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const WORKER = `
let database
const waiting = []
const opening = indexedDB.open('floor', 1)
opening.onupgradeneeded = () => opening.result.createObjectStore('rows')
opening.onsuccess = () => {
  database = opening.result
  for (const run of waiting) run()
}
const answer = ({ put }) => {
  const transaction = database.transaction('rows', put ? 'readwrite' : 'readonly')
  const store = transaction.objectStore('rows')
  if (put) {
    store.put(put, 1)
    transaction.oncomplete = () => postMessage(null)
  } else {
    const got = store.get(1)
    got.onsuccess = () => postMessage(got.result, got.result ? [got.result.buffer] : [])
  }
}
onmessage = ({ data }) => (database ? answer(data) : waiting.push(() => answer(data)))
`

const PAGE = `
const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
const ask = (question) => new Promise((resolve) => {
  worker.onmessage = ({ data }) => resolve(data)
  worker.postMessage(question)
})
const row = () => {
  const bytes = new Uint8Array(475_000)
  for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536))
  return bytes
}
const made = { status: 'draft', updatedAt: 1, answers: { f30: '', f05: 'typed text ' } }
window.bench = {
  async open() {},
  async close() {},
  bulkInsert: () => ask({ put: row() }),
  async insert() {},
  get: async () => made,
  async queryDrafts(count) {
    await ask({})
    return Array.from({ length: count }, () => made)
  },
  async editField() {},
  count: async () => 1,
}
`

export default {
  label: 'Empty worker, empty IndexedDB',
  suites: ['A'],
  notes: 'only its cold opens mean something',
  build({ dir }) {
    writeFileSync(join(dir, 'worker.js'), WORKER)
    writeFileSync(join(dir, 'page.js'), PAGE)
  },
}
