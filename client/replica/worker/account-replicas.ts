/**
 * All replicas of one account while it is unlocked: the own record, and those of people it looks after. All are open and
 * linked, so what was typed in one leaves while another is on the screen, and access that ended is noticed whichever is
 * shown. The screen has one of them. SPEC: client/replica/SPEC.md, R45 and R46.
 */
import type { GrantTold } from '../../../shared/protocol/messages.ts'
import type { KeyRing, RingEntry } from '../../keys/key-ring.ts'
import { isKnownKey } from '../../keys/older-keys.ts'
import type { OpenKey } from '../../keys/open-key.ts'
import { forgetRecord, placeOfRecord, type RecordPlace } from '../../keys/record-keys.ts'
import type { OpenRecord, Person } from '../portal-session.ts'
import { readCard, writeCard } from './account-card.ts'
import { carryOver } from './carry-over.ts'
import { countUnheardIn } from './destroy.ts'
import type { WorkerEnvironment } from './environment.ts'
import { deleteDatabases } from './file-store.ts'
import type { OpenedReplica } from './opened-replica.ts'
import { STATE } from './sealed-rows.ts'

export interface AccountDeps {
  readonly environment: WorkerEnvironment
  readonly ring: () => Promise<KeyRing>
  readonly openReplica: (client: string, place: RecordPlace) => Promise<OpenedReplica>
  /** Another record is on the screen, or the list changed. `ended`: whose access ended just now; null: that was seen. */
  readonly onChange: (ended?: OpenRecord | null) => void
}

export interface OpenAccount {
  readonly entry: RingEntry
  readonly key: OpenKey
  readonly person: Person
  /** Null where there is no record to show. */
  readonly current: OpenedReplica | null
  readonly all: readonly OpenedReplica[]
  /** Those that may be shown now. */
  readonly records: readonly OpenRecord[]
  readonly record: OpenRecord | null
  /** Links of all, the one on the screen first. */
  start(): void
  /** False where there is no such record. */
  turnTo(client: string): Promise<boolean>
  /** Name or address are others than this device knew. */
  adopt(person: Person): Promise<void>
  /** The clinic's list of records. */
  learn(records: readonly OpenRecord[]): Promise<void>
  /** The clinic's word on one of them. */
  learnGrant(client: string, grant: GrantTold): Promise<void>
  /** The access to it is over: off the screen at once, and gone where nothing of it is unsent. */
  end(client: string): Promise<void>
  /** Its access ended: key, then database, then its place in the list. */
  drop(client: string): Promise<void>
  /**
   * Less of it may be seen, as far as `scopes` go: key and database go, and it is fetched anew under another key. What was
   * typed and not sent goes along.
   */
  renew(client: string, scopes: readonly string[]): Promise<void>
  /** Another tab did one of the two. */
  dropped(client: string, isRenewed: boolean): Promise<void>
  close(): Promise<void>
}

/** A tab that is told to leave a record has done so by then, and looks for it again later than it is made anew. */
const OTHERS_CLOSE_MS = 1_000
const OTHERS_OPEN_MS = 3_000
/** Timers that are set further ahead lose their way. */
const LONGEST_WAIT_MS = 60 * 60_000

export async function openAccount(
  deps: AccountDeps,
  entry: RingEntry,
  key: OpenKey,
  signedIn: Person | undefined,
): Promise<OpenAccount> {
  const { environment } = deps
  const { clock, random, setTimer } = environment
  const card = await readCard(entry, key)
  const own = ownOf(entry, signedIn ?? card?.person)
  let known: readonly OpenRecord[] = card?.records ?? own
  const replicas = new Map<string, OpenedReplica>()
  let shown: string | null = null
  let closed = false
  let started = false
  let cancelWait = () => {}

  const isGood = ({ until }: OpenRecord) => until === null || until > clock.now()
  const recordOf = (client: string) => known.find((record) => record.client === client)
  const isOwn = (client: string) => client === entry.clientId

  const open = async (client: string): Promise<void> => {
    if (replicas.has(client)) return
    const place = isOwn(client)
      ? { databaseName: entry.databaseName, key: key.data }
      : await placeOfRecord(await deps.ring(), entry, key, client, random)
    if (place === undefined || closed || replicas.has(client)) return
    const replica = await deps.openReplica(client, place)
    // From now on the replica holds its key. Until then another tab may have replaced it, and let it go.
    if (!(await isKnownKey(await deps.ring(), entry.id, place.key.keyId))) {
      await replica.close()
      throw new Error('the data key was replaced while it was being opened')
    }
    // Another call, or the lock, may have been faster.
    if (closed || replicas.has(client)) return void (await replica.close())
    replicas.set(client, replica)
    if (started) replica.start()
  }
  /** What was used last, else the own one, else the first. */
  const choose = (): string | null => {
    const good = known.filter(isGood)
    const last = good.find(({ client }) => client === entry.lastRecord)
    return (last ?? good.find((record) => record.own) ?? good[0])?.client ?? null
  }
  const keep = async () => writeCard(await deps.ring(), entry, key, { person: whose, records: known }, random)

  const waitForEnd = () => {
    cancelWait()
    const ends = known.flatMap(({ until }) => (until === null || until <= clock.now() ? [] : [until]))
    if (ends.length === 0 || closed) return
    const ms = Math.min(LONGEST_WAIT_MS, Math.max(0, Math.min(...ends) - clock.now()))
    cancelWait = setTimer(() => void lookForEnds().catch(notDone), ms)
  }
  /** With no network as well. What was not sent waits for the next contact; what has nothing to send goes at once. */
  const lookForEnds = async () => {
    if (closed) return
    const over = known.filter((record) => !isGood(record))
    const wasShown = over.find(({ client }) => client === shown)
    if (wasShown !== undefined) {
      shown = choose()
      if (shown !== null) await open(shown)
      deps.onChange(wasShown)
    }
    for (const { client } of over) if (await isIdle(replicas.get(client))) await account.drop(client)
    waitForEnd()
  }

  const pause = (ms: number) => new Promise<void>((resolve) => void setTimer(resolve, ms))
  const closeOne = async (client: string) => {
    const replica = replicas.get(client)
    replicas.delete(client)
    await replica?.close()
  }
  /** The key first: whatever fails after that, nobody reads what lies there. */
  const destroy = async (client: string) => {
    const name = await forgetRecord(await deps.ring(), entry.id, client)
    await closeOne(client)
    if (name === undefined) return
    await deleteDatabases(name, environment)
  }
  /** Takes it out of the list and, where it was there, off the screen. */
  const leave = async (client: string) => {
    const record = recordOf(client)
    known = known.filter((other) => other.client !== client)
    const wasShown = shown === client
    if (wasShown) shown = choose()
    if (shown !== null) await open(shown)
    deps.onChange(wasShown ? record : undefined)
  }

  shown = choose()
  if (shown !== null) await open(shown)
  // Entries of builds before cards are clients' own.
  const person = signedIn ?? card?.person ?? (await replicas.get(entry.clientId)?.store.person())
  if (person === undefined) {
    await Promise.all([...replicas.values()].map((replica) => replica.close()))
    throw new Error('the replica does not know whose it is')
  }
  let whose: Person = person
  if (known.length === 0) known = ownOf(entry, person)
  if (signedIn !== undefined) {
    await replicas.get(entry.clientId)?.store.setPerson(signedIn)
    await keep()
  }

  const account: OpenAccount = {
    entry,
    key,
    get person() {
      return whose
    },
    get current() {
      return (shown !== null && replicas.get(shown)) || null
    },
    get all() {
      return [...replicas.values()]
    },
    get records() {
      return known.filter(isGood)
    },
    get record() {
      return (shown !== null && recordOf(shown)) || null
    },
    start() {
      started = true
      for (const replica of replicas.values()) replica.start()
      const others = async () => {
        for (const { client } of known) if (!closed) await open(client)
        await lookForEnds()
      }
      void others().catch(notDone)
    },
    async turnTo(client) {
      const record = recordOf(client)
      if (record === undefined || !isGood(record)) return false
      await open(client)
      if (!replicas.has(client)) return false
      if (shown !== client) {
        shown = client
        deps.onChange(null)
        await (await deps.ring()).update(entry.id, (current) => ({ ...current, lastRecord: client }))
      }
      return true
    },
    async adopt(now) {
      whose = now
      await replicas.get(entry.clientId)?.store.setPerson(now)
      await keep()
    },
    async learn(records) {
      const before = JSON.stringify(known)
      const gone = known.filter(({ client }) => !records.some((record) => record.client === client))
      // One that is open hears it at its own hello, and hands in what it has first.
      for (const { client } of gone) {
        const replica = replicas.get(client)
        if (replica === undefined) await account.drop(client)
        else replica.nudge()
      }
      if (closed) return
      known = [...records, ...gone.filter(({ client }) => replicas.has(client))]
      for (const { client } of records) await open(client)
      if (shown === null || recordOf(shown) === undefined) shown = choose()
      if (JSON.stringify(known) !== before) {
        await keep()
        deps.onChange()
      }
      waitForEnd()
    },
    async learnGrant(client, { scopes, until }) {
      const before = recordOf(client)
      if (before?.until === until && before.scopes.join() === scopes.join()) return
      known = known.map((record) => (record.client === client ? { ...record, scopes, until } : record))
      await keep()
      deps.onChange()
      waitForEnd()
    },
    async end(client) {
      const at = clock.now()
      known = known.map((record) => (record.client === client ? { ...record, until: at } : record))
      await keep()
      await lookForEnds()
    },
    async drop(client) {
      replicas.get(client)?.say({ say: 'left', renewed: false })
      await destroy(client)
      await leave(client)
      await keep()
    },
    async renew(client, scopes) {
      const before = replicas.get(client)
      // Nobody writes there any more when it is looked at for the last time.
      before?.say({ say: 'left', renewed: true })
      await pause(OTHERS_CLOSE_MS)
      const name = before?.store.name
      const goOnWith = before && (await carryOver(before, scopes))
      await closeOne(client)
      const isLate = name !== undefined && (await countUnheardIn(name, environment)) > 0
      // What came at the last moment leaves first; then it is found to be narrowed once more.
      if (!isLate) await destroy(client)
      await open(client)
      const after = replicas.get(client)
      if (!isLate && after) await goOnWith?.(after)
      deps.onChange()
    },
    async dropped(client, isRenewed) {
      await closeOne(client)
      if (!isRenewed) return leave(client)
      await pause(OTHERS_OPEN_MS)
      await open(client)
      deps.onChange()
    },
    async close() {
      closed = true
      cancelWait()
      const all = [...replicas.values()]
      replicas.clear()
      shown = null
      await Promise.all(all.map((replica) => replica.close()))
    },
  }
  return account
}

const ownOf = (entry: RingEntry, person: Person | undefined): readonly OpenRecord[] =>
  entry.clientId === ''
    ? []
    : [{ client: entry.clientId, name: person?.name ?? '', own: true, scopes: [], until: null }]

const isIdle = async (replica: OpenedReplica | undefined): Promise<boolean> =>
  replica === undefined || (await replica.store.pending()).every(({ state }) => state === STATE.acked)

const notDone = (error: unknown) => console.error('the records of this account', error)
