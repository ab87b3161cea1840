/** What the edge asks of whoever knows the accounts of machines: is this token good now, and what for? */
import type { Result } from '../../shared/kernel/result.ts'
import type { Actor } from '../replication/actor.ts'
import type { DelayedRefusal } from './problem.ts'
import type { Caller, MachineScope } from './route.ts'

export interface AuthenticatedMachine {
  readonly actor: Actor
  readonly scopes: ReadonlySet<MachineScope>
  /** `jti` of the token. */
  readonly tokenId: string
}
export interface Machines {
  /** `header`: Authorization. */
  authenticate(
    header: string | undefined,
    caller: Caller,
  ): Promise<Result<AuthenticatedMachine, DelayedRefusal>>
}
