/**
 * What cannot be written to the audit trail does not happen: the transaction ends with it (A1). Somebody must hear of
 * it, for to a caller it looks like any other failure. A database that is away is not one of these.
 */
import type { Database } from './database.ts'
import { outageReason } from './outage.ts'

const failures = new WeakSet<object>()

/** Passes `writing` on, and remembers its error as one of the audit trail. */
export async function auditing<T>(writing: PromiseLike<T>): Promise<T> {
  try {
    return await writing
  } catch (error) {
    if (typeof error === 'object' && error !== null && outageReason(error) === undefined) failures.add(error)
    throw error
  }
}

/** The same database; `onFailure` is called for every transaction that ended because of its audit rows. */
export function watchAuditFailures(database: Database, onFailure: () => void): Database {
  const watched = async <T>(transaction: Promise<T>): Promise<T> => {
    try {
      return await transaction
    } catch (error) {
      if (typeof error === 'object' && error !== null && failures.has(error)) onFailure()
      throw error
    }
  }
  return {
    ...database,
    transaction: (run) => watched(database.transaction(run)),
    direct: (run) => watched(database.direct(run)),
  }
}
