/** Statements and payments as the replica holds them, the newest first. No network is involved. */
import { map, type Observable } from 'rxjs'
import type { BillingDocument, Payment, Statement } from '../../../shared/domains/billing/schema.ts'
import type { ReplicaDatabase } from '../../replica/replica-database.ts'
import { useLiveQuery } from '../../replica/session-context.tsx'

export interface Bills {
  readonly all: readonly BillingDocument[]
  readonly statements: readonly Statement[]
  readonly payments: readonly Payment[]
}

const query = (replica: ReplicaDatabase): Observable<Bills> =>
  replica.billing.find().$.pipe(
    map((found) => {
      const all = found.map((one) => one.toMutableJSON() as BillingDocument)
      return {
        all,
        statements: all.filter((one) => one.type === 'statement').sort((a, b) => b.issuedAt - a.issuedAt),
        payments: all.filter((one) => one.type === 'payment').sort((a, b) => b.paidAt - a.paidAt),
      }
    }),
  )

/** Undefined until this device has looked. */
export const useBills = (): Bills | undefined => useLiveQuery(query)
