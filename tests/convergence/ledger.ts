/**
 * What devices have accepted, what the server has taken, and what it has said: written down outside of the product, so
 * that the product can be held to it. A value carries a token that no other value has.
 */
import type { Mutation, MutationAnswer } from '../../shared/protocol/messages.ts'
import type { Announcement } from '../../sync-server/replication/sync-service.ts'
import type { Witness } from './witness.ts'

export interface Entry {
  readonly token: string
  /** Replica that took it, or '' where staff or the record system wrote it. */
  readonly replica: string
  /** Field of a document: a later value of the same replica there stands for this one. */
  readonly place: string
  /** The promise of the write was kept: from then on it may not be lost. */
  accepted: boolean
  /** The client gave it up, or its device was told to forget it. */
  released: boolean
  /** Left the device at least once. */
  sent: boolean
}

export interface Ledger extends Omit<Witness, 'told'> {
  readonly entries: readonly Entry[]
  /** Broken promises, as they were seen. */
  readonly broken: string[]
  /** Tokens that a commit of the server contains. */
  readonly taken: ReadonlySet<string>
  /** Replicas that are gone, and have left what they had with the server. */
  readonly handedOver: Set<string>
  readonly commits: readonly Announcement['changes'][]
  readonly answers: ReadonlyMap<string, MutationAnswer>
  write(token: string, replica: string, place: string): Entry
  sent(mutations: readonly Mutation[]): void
  /** The server has gone back to what holds these tokens. */
  restored(holds: (token: string) => boolean): void
}

const TOKEN = /v\d+x/g
export const tokensIn = (value: unknown): string[] => JSON.stringify(value)?.match(TOKEN) ?? []

export function createLedger(): Ledger {
  const entries: Entry[] = []
  const byToken = new Map<string, Entry>()
  const taken = new Set<string>()
  const handedOver = new Set<string>()
  /** Tokens that a device left with the server when it was signed out: nobody tells it of a restore. */
  const left = new Set<string>()
  const broken: string[] = []
  let commits: Announcement['changes'][] = []
  const answers = new Map<string, MutationAnswer>()
  let unseen = false
  const take = (value: unknown) => {
    for (const token of tokensIn(value)) taken.add(token)
  }
  /** Itself, or what the device had written over it since: of a tab that died before it could say so, perhaps. */
  const isLeft = ({ replica, place, token }: Entry) =>
    left.has(token) ||
    entries
      .slice(entries.findIndex((each) => each.token === token) + 1)
      .some((later) => later.replica === replica && later.place === place && left.has(later.token))
  return {
    entries,
    broken,
    taken,
    handedOver,
    get commits() {
      return commits
    },
    answers,
    write(token, replica, place) {
      const entry: Entry = { token, replica, place, accepted: false, released: false, sent: false }
      entries.push(entry)
      byToken.set(token, entry)
      return entry
    },
    sent(mutations) {
      for (const token of tokensIn(mutations)) {
        const entry = byToken.get(token)
        if (entry) entry.sent = true
      }
    },
    committed({ changes }) {
      const last = unseen ? undefined : commits.at(-1)
      unseen = false
      if (last && (last.to.s !== changes.from || last.to.e !== changes.to.e))
        broken.push(`I7 the feed goes from ${last.to.e}/${last.to.s} to ${changes.to.e}/${changes.from}`)
      if (changes.to.s <= changes.from) broken.push(`I7 a commit ends where it began: ${changes.from}`)
      commits.push(changes)
      take(changes.rows)
    },
    pushed(device, { mutations }, answer) {
      take(mutations)
      for (const given of answer.answers) {
        const key = `${device}/${given[0]}`
        const before = answers.get(key)
        if (before && JSON.stringify(before) !== JSON.stringify(given))
          broken.push(`I3 mutation ${given[0]} got two answers: ${before.join()} and ${given.join()}`)
        answers.set(key, given)
        const of = mutations.filter(([number]) => number === given[0])
        if (new Set(of.map((mutation) => JSON.stringify(mutation))).size > 1)
          broken.push(`I3 number ${given[0]} was used for two mutations`)
      }
    },
    handedIn({ mutations }) {
      take(mutations)
      for (const token of tokensIn(mutations)) left.add(token)
      // A submission is known by its id.
      for (const [, , document] of mutations) left.add(document)
    },
    died() {
      unseen = true
    },
    failed: (error) => void broken.push(`I6 a request failed by itself: ${reasonOf(error)}`),
    restored(holds) {
      // What the practice wrote since the backup, and what such a device left, need not come again.
      for (const entry of entries)
        if ((entry.replica === '' || isLeft(entry)) && !holds(entry.token)) entry.released = true
      for (const token of [...taken]) if (!holds(token)) taken.delete(token)
      commits = []
      answers.clear()
    },
  }
}

const reasonOf = (error: unknown) =>
  error instanceof Error ? `${error.name} ${error.message}` : String(error)
