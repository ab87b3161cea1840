/** One object store inside one transaction, with promises. Awaiting anything but these ends the transaction. */
export interface Table<V, K extends IDBValidKey> {
  get(key: K): Promise<V | undefined>
  /** In the order of the keys; undefined where there is none. */
  getMany(keys: readonly K[]): Promise<(V | undefined)[]>
  /** By rising key. */
  all(range?: IDBKeyRange): Promise<V[]>
  /** The first `count` above the key, or from the lowest on. */
  above(key: K | undefined, count: number): Promise<V[]>
  keys(range?: IDBKeyRange): Promise<K[]>
  /** The lowest key. */
  firstKey(): Promise<K | undefined>
  /** By an index; several wanted values at once. */
  whereAny(index: string, wanted: readonly IDBValidKey[]): Promise<V[]>
  /** Not awaited: a failed write aborts the transaction. */
  put(value: V, key?: K): void
  /** Fails, and the transaction with it, where a unique index has the value under another key. */
  putUnique(value: V, key: K): Promise<unknown>
  delete(key: K): void
  /** Everything from the one key to the other, both included. */
  deleteRange(from: K, to: K): void
  /** Everything below the key. */
  deleteBelow(key: K): void
}

const answered = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

function tableOf<V, K extends IDBValidKey>(store: IDBObjectStore, KeyRange: typeof IDBKeyRange): Table<V, K> {
  const get = (key: K) => answered<V | undefined>(store.get(key))
  return {
    get,
    getMany: (keys) => Promise.all(keys.map(get)),
    all: (range) => answered<V[]>(store.getAll(range)),
    above: (key, count) =>
      answered<V[]>(store.getAll(key === undefined ? null : KeyRange.lowerBound(key, true), count)),
    keys: (range) => answered(store.getAllKeys(range)) as Promise<K[]>,
    firstKey: async () => ((await answered(store.getAllKeys(null, 1))) as K[])[0],
    async whereAny(index, wanted) {
      const source = store.index(index)
      const found = await Promise.all(wanted.map((key) => answered<V[]>(source.getAll(KeyRange.only(key)))))
      return found.flat()
    },
    put(value, key) {
      store.put(value, key)
    },
    putUnique: (value, key) => answered(store.put(value, key)),
    delete(key) {
      store.delete(key)
    },
    deleteRange(from, to) {
      store.delete(KeyRange.bound(from, to))
    },
    deleteBelow(key) {
      store.delete(KeyRange.upperBound(key, true))
    },
  }
}

/** Stores as properties; each table is made when it is asked for, for a keystroke needs few of them. */
export function tablesOver<Tables>(names: readonly (keyof Tables & string)[]) {
  class Lazily {
    readonly transaction: IDBTransaction
    readonly KeyRange: typeof IDBKeyRange
    constructor(transaction: IDBTransaction, KeyRange: typeof IDBKeyRange) {
      this.transaction = transaction
      this.KeyRange = KeyRange
    }
  }
  for (const name of names)
    Object.defineProperty(Lazily.prototype, name, {
      get(this: Lazily) {
        return tableOf(this.transaction.objectStore(name), this.KeyRange)
      },
    })
  return (transaction: IDBTransaction, KeyRange: typeof IDBKeyRange) =>
    new Lazily(transaction, KeyRange) as unknown as Tables
}
