import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { describe, expect, it } from 'vitest'
import { DatabaseClosed, openSealedDatabase, StorageLost } from './sealed-database.ts'

/** `kill` closes all connections behind the database's back, as a browser under pressure does. */
async function killable() {
  const indexedDB = new IDBFactory()
  const connections: IDBDatabase[] = []
  const open = indexedDB.open.bind(indexedDB)
  indexedDB.open = (name: string, version?: number) => {
    const request = open(name, version)
    request.addEventListener('success', () => connections.push(request.result))
    return request
  }
  const database = await openSealedDatabase('replica', { indexedDB, IDBKeyRange })
  const kill = () => {
    for (const connection of connections.splice(0)) connection.close()
  }
  return { database, indexedDB, kill }
}

describe('a connection that the browser closed', () => {
  it('[R2] is opened again once, for all calls that come meanwhile', async () => {
    const { database, kill } = await killable()
    const put = (value: number, key: string) =>
      database.write(async ({ meta }) => {
        meta.put(value, key)
        return true
      })
    const get = (key: string) => database.read(({ meta }) => meta.get(key))
    await put(1, 'a')
    for (let time = 0; time < 2; time += 1) {
      kill()
      expect(await Promise.all([get('a'), put(2, 'b'), get('a'), get('a')])).toEqual([1, true, 1, 1])
    }
    expect(await get('b')).toBe(2)
  })

  it('[R39] is not opened again, empty, where the browser deleted the database with it', async () => {
    const { database, indexedDB, kill } = await killable()
    let told = 0
    database.onLost = () => {
      told += 1
    }
    const put = () =>
      database.write(async ({ meta }) => {
        meta.put(1, 'a')
        return true
      })
    await put()
    kill()
    await new Promise((resolve) => indexedDB.deleteDatabase('replica').addEventListener('success', resolve))
    for (let time = 0; time < 2; time += 1) await expect(put()).rejects.toBeInstanceOf(StorageLost)
    await expect(database.read(({ meta }) => meta.get('a'))).rejects.toBeInstanceOf(StorageLost)
    expect(await indexedDB.databases()).toEqual([])
    expect(told).toBe(1)
  })

  it('[R19] is not opened again after close, not even by a call that was on its way', async () => {
    const { database, kill } = await killable()
    const read = () => database.read(({ meta }) => meta.get('a'))
    kill()
    const underway = read()
    database.close()
    await expect(underway).rejects.toThrow()
    await expect(read()).rejects.toBeInstanceOf(DatabaseClosed)
  })

  it('[R19] is not opened again once the database was deleted by another tab', async () => {
    const { database, indexedDB } = await killable()
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase('replica')
      request.onsuccess = resolve
      request.onerror = reject
    })
    await expect(database.read(({ meta }) => meta.get('a'))).rejects.toBeInstanceOf(DatabaseClosed)
    expect(await indexedDB.databases()).toEqual([])
  })
})
