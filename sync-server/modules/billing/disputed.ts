/** Payments that payers and their banks do not agree with, of a whole practice: the office answers the bank in time. */
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { Result } from '../../../shared/kernel/result.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import type { Database } from '../../platform/database.ts'
import { createAcrossClients, type PageInput } from '../../replication/across-clients.ts'
import type { Actor } from '../../replication/actor.ts'
import type { Page } from '../../replication/revised.ts'
import { OFFICE } from './desk-payments.ts'
import { type DisputedRow, readDisputed } from './reader.ts'

export interface Disputed {
  /** Of the payment. */
  readonly id: string
  readonly clientId: string
  readonly clientName: string
  /** Of the whole payment, minor units. */
  readonly amount: number
  readonly currency: string
  /** ms */
  readonly paidAt: number
}

export function createDisputed(deps: { readonly database: Database; readonly clock: Clock }) {
  const { list } = createAcrossClients(deps)
  return (actor: Actor, page: PageInput): Promise<Result<Page<Disputed>, Refusal>> =>
    list(
      {
        actor,
        action: 'staff.disputes',
        permits: (role) => OFFICE.some((each) => each === role),
        at: ({ paidAt }: DisputedRow) => paidAt,
        shown: ({ paidAt, ...row }: DisputedRow): Disputed => ({ ...row, paidAt: paidAt.getTime() }),
      },
      page,
      (tx, { practiceId }, asked) => readDisputed(tx, practiceId, asked),
    )
}
