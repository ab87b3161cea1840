/** The page's half: a port to the worker, and documents in memory. */
const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
const waiting = new Map()
const watchers = new Set()
let last = 0
let arrived = 0
worker.onmessage = ({ data: { n, shown, count } }) => {
  if (count !== undefined) arrived = count
  if (shown !== undefined) for (const heard of watchers) heard(shown)
  waiting.get(n)?.()
  waiting.delete(n)
}
const ask = (call, input) =>
  new Promise((resolve) => {
    last += 1
    waiting.set(last, resolve)
    worker.postMessage({ n: last, call, input })
  })
const made = { id: 'made', status: 'draft', updatedAt: 1, answers: { f30: '', f05: 'typed text ' } }

window.bench = {
  open: ({ db, url }) => ask('open', { db, url }),
  close: async () => undefined,
  bulkInsert: (documents) => ask('bulk', documents),
  insert: (document) => ask('edit', { id: document.id, field: 'f05', value: 'new' }),
  get: async () => made,
  queryDrafts: async (count) => Array.from({ length: count }, () => made),
  editField: (id, field, value) => ask('edit', { id, field, value }),
  count: async () => arrived,
  connect: () => ask('connect'),
  disconnect: () => ask('disconnect'),
  flush: () => ask('flush'),
  watch: async (_, heard) => void watchers.add(heard),
}
