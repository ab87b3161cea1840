/**
 * A browser that is a tablet of the waiting room is nothing else: whoever signed in there would have their replica deleted at
 * the tablet's next start, and leave it to the next client until then.
 */
const DATABASE = 'kiosk'

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** A code that was tried and did not fit leaves a database too, and no orders in it. */
async function isTablet(): Promise<boolean> {
  const names = await indexedDB.databases()
  if (!names.some(({ name }) => name === DATABASE)) return false
  const database = await done(indexedDB.open(DATABASE))
  try {
    return (await done(database.transaction('facts').objectStore('facts').count('orders'))) > 0
  } finally {
    database.close()
  }
}

/** Goes to the tablet's page where this is one; holds nobody up where it is not. */
export const goToTablet = (): void =>
  void isTablet().then(
    (is) => is && location.replace('/kiosk'),
    () => {
      // No storage, or one that cannot be read: the portal says so itself.
    },
  )
