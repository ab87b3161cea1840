/**
 * Gathers what arrives while a transaction is under way and commits it together: one wait for the disk and one set of
 * statements for many clients. A group is bounded; a client is in one group at a time. Whatever cannot be done in a
 * group is done alone: a head that somebody else holds, or every member of a group in which a statement or one of them
 * failed.
 * Announced after the commit, in its order for each client (I7).
 */
import type { Result } from '../../shared/kernel/result.ts'
import type { Refusal } from '../../shared/protocol/errors.ts'
import { rowForOthers } from './change-rows.ts'
import type { CommitRequest, Committed, ReplicationDeps } from './commit.ts'
import { commitGroup, MemberFailed, type Outcome } from './commit-group.ts'

export interface Commits {
  /** In a transaction of its own, at once. Whoever is refused leaves nothing behind but the row that says so. */
  alone<T>(request: CommitRequest<T>): Promise<Result<Committed<T>, Refusal>>
  /** With others, soon. `weight`: how many fields it changes. */
  together<T>(request: CommitRequest<T>, weight: number): Promise<Result<Committed<T>, Refusal>>
}

/** Transactions of groups at a time: one decides while the other waits for the database. */
const PARALLEL = 2
const MOST_MEMBERS = 64
/** Fields that one group changes; a larger request has a group of its own. */
const MOST_WEIGHT = 500
/** Members that wait for a head somewhere else, each on a connection. */
const MOST_ALONE = 4

interface Waiting {
  readonly request: CommitRequest<unknown>
  readonly weight: number
  readonly settle: (outcome: Promise<Outcome>) => void
}

export function createGroupCommit(deps: ReplicationDeps): Commits {
  const queue: Waiting[] = []
  const aloneQueue: Waiting[] = []
  /** Clients in a group, or waiting alone, at this moment. */
  const busy = new Set<string>()
  let groups = 0
  let alone = 0
  let gathering = false

  const announced = (request: CommitRequest<unknown>, outcome: Outcome): Outcome => {
    if (outcome.kind === 'done' && outcome.result.ok) announce(deps, request, outcome.result.value)
    return outcome
  }
  const single = async (request: CommitRequest<unknown>, undoesRefusals: boolean): Promise<Outcome> => {
    const [outcome] = await commitGroup(deps, [request], { undoesRefusals })
    return announced(request, outcome as Outcome)
  }

  /** The oldest first; whoever's client is busy waits for the next group. */
  const takeGroup = (): readonly Waiting[] => {
    const group: Waiting[] = []
    let weight = 0
    for (let index = 0; index < queue.length && group.length < MOST_MEMBERS; ) {
      const next = queue[index] as Waiting
      const fits = group.length === 0 || weight + next.weight <= MOST_WEIGHT
      if (!fits) break
      if (busy.has(next.request.clientId)) {
        index += 1
        continue
      }
      queue.splice(index, 1)
      busy.add(next.request.clientId)
      group.push(next)
      weight += next.weight
    }
    return group
  }

  const runAlone = () => {
    while (alone < MOST_ALONE) {
      const next = aloneQueue.shift()
      if (next === undefined) return
      alone += 1
      const outcome = single(next.request, false)
      next.settle(outcome)
      const done = () => {
        alone -= 1
        busy.delete(next.request.clientId)
        runAlone()
        gather()
      }
      outcome.then(done, done)
    }
  }
  const sendAlone = (member: Waiting) => {
    aloneQueue.push(member)
    runAlone()
  }

  const runGroup = async (group: readonly Waiting[]) => {
    try {
      const outcomes = await commitGroup(
        deps,
        group.map(({ request }) => request),
        { undoesRefusals: false },
      )
      for (const [index, member] of group.entries()) {
        const outcome = announced(member.request, outcomes[index] as Outcome)
        if (outcome.kind === 'alone') sendAlone(member)
        else {
          busy.delete(member.request.clientId)
          member.settle(Promise.resolve(outcome))
        }
      }
    } catch (error) {
      for (const member of group) {
        if (group.length > 1 && (error instanceof MemberFailed || isOfAStatement(error))) sendAlone(member)
        else {
          busy.delete(member.request.clientId)
          member.settle(Promise.reject(error))
        }
      }
    }
  }

  const start = () => {
    gathering = false
    while (groups < PARALLEL) {
      const group = takeGroup()
      if (group.length === 0) return
      groups += 1
      void runGroup(group).then(() => {
        groups -= 1
        gather()
      })
    }
  }
  /** After everything that has arrived by now was read. */
  const gather = () => {
    if (gathering || queue.length === 0) return
    gathering = true
    setImmediate(start)
  }

  const resultOf = async <T>(outcome: Promise<Outcome>): Promise<Result<Committed<T>, Refusal>> => {
    const settled = await outcome
    if (settled.kind === 'alone') throw new Error('A transaction of its own was not enough.')
    // `run` of this very request made the value.
    return settled.result as Result<Committed<T>, Refusal>
  }

  return {
    alone: (request) => resultOf(single(request, true)),
    together: (request, weight) =>
      resultOf(
        new Promise<Outcome>((settle) => {
          queue.push({ request, weight, settle })
          gather()
        }),
      ),
  }
}

/**
 * Did the database refuse a statement (a constraint, a deadlock)? Then one member may be to blame. A database that is
 * gone, stopping or full is nobody's fault: alone it would go no better.
 */
function isOfAStatement(error: unknown): boolean {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^(08|53|57|58|XX)/.test(code)
}

function announce(
  deps: ReplicationDeps,
  { actor, clientId, answersDevice }: CommitRequest<unknown>,
  { from, to, staged }: Committed<unknown>,
): void {
  const [first] = staged
  if (first === undefined) return
  deps.announce({
    changes: { client: clientId, from: from.s, to, rows: staged.map(rowForOthers) },
    origin: answersDevice === true ? actor.deviceId : null,
    at: first.after.updatedAt,
  })
}
