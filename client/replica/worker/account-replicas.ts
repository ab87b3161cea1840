/**
 * All replicas of one account while it is unlocked: the own record, and those of people it looks after. All are open and
 * linked, so what was typed in one leaves while another is on the screen, and access that ended is noticed whichever is
 * shown. The screen has one of them. SPEC: client/replica/SPEC.md, R45 and R46.
 */
import type { RingEntry } from '../../keys/key-ring.ts'
import type { OpenKey } from '../../keys/open-key.ts'
import { KeyDoesNotOpen, renewRecord } from '../../keys/record-keys.ts'
import type { OpenRecord, Person } from '../portal-session.ts'
import { readCard, writeCard } from './account-card.ts'
import type { AccountDeps, OpenAccount } from './open-account.ts'
import type { OpenedReplica } from './opened-replica.ts'
import { createRecordReplicas } from './record-replicas.ts'
import { STATE } from './sealed-rows.ts'

/** A tab that is told to leave a record has done so by then, and looks for it again later than it is made anew. */
const OTHERS_CLOSE_MS = 1_000
const OTHERS_OPEN_MS = 3_000
/** What could not be done on the disk may be possible later. */
const OPEN_AGAIN_MS = 30_000
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
  let shown: string | null = null
  let closed = false
  let cancelWait = () => {}

  const isGood = ({ until }: OpenRecord) => until === null || until > clock.now()
  const recordOf = (client: string) => known.find((record) => record.client === client)
  const replicas = createRecordReplicas(deps, entry, key, (client) => recordOf(client)?.scopes ?? [])
  const mayGo = async (client: string): Promise<boolean> => {
    const replica = replicas.get(client)
    return replica === undefined ? replicas.isEmpty(client) : isIdle(replica)
  }
  /** What was used last, else the own one, else the first. */
  const choose = (): string | null => {
    const good = known.filter((record) => isGood(record) && !replicas.isShut(record.client))
    const last = good.find(({ client }) => client === entry.lastRecord)
    return (last ?? good.find((record) => record.own) ?? good[0])?.client ?? null
  }
  /** One that no key opens any more keeps nobody from the others. */
  const openChosen = async (): Promise<void> => {
    shown = choose()
    if (shown === null) return
    const client = shown
    try {
      await replicas.open(client)
    } catch (error) {
      if (!(error instanceof KeyDoesNotOpen)) throw error
      await replicas.tryOpen(client)
      await openChosen()
    }
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
      await openChosen()
      deps.onChange(wasShown)
    }
    for (const { client } of over) if (await mayGo(client)) await account.drop(client)
    waitForEnd()
  }

  const pause = (ms: number) => new Promise<void>((resolve) => void setTimer(resolve, ms))
  /** Takes it out of the list and, where it was there, off the screen. */
  const leave = async (client: string) => {
    const record = recordOf(client)
    known = known.filter((other) => other.client !== client)
    const wasShown = shown === client
    if (wasShown) await openChosen()
    deps.onChange(wasShown ? record : undefined)
  }

  await openChosen()
  // Entries of builds before cards are clients' own.
  const person = signedIn ?? card?.person ?? (await replicas.get(entry.clientId)?.store.person())
  if (person === undefined) {
    await replicas.closeAll()
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
      return replicas.all
    },
    get records() {
      return known.filter(isGood)
    },
    get record() {
      return (shown !== null && recordOf(shown)) || null
    },
    start() {
      replicas.start()
      const others = async () => {
        // One of them may have gone meanwhile.
        for (const { client } of known)
          if (!closed && recordOf(client) !== undefined) await replicas.tryOpen(client)
        await lookForEnds()
      }
      void others().catch(notDone)
    },
    async turnTo(client) {
      const record = recordOf(client)
      if (record === undefined || !isGood(record)) return false
      await replicas.open(client)
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
      // Each hears it at its own hello, and hands in what it has first.
      for (const { client } of gone) {
        if (!replicas.has(client) && (await replicas.isEmpty(client))) await account.drop(client)
        else await replicas.tryOpen(client)
        replicas.get(client)?.nudge()
      }
      if (closed) return
      const at = clock.now()
      const stays = known.filter(({ client }) => gone.some((other) => other.client === client))
      // One that does not open now cannot hear it.
      const ended = stays.map((record) => (replicas.has(record.client) ? record : { ...record, until: at }))
      known = [...records, ...ended]
      for (const { client } of records) await replicas.tryOpen(client)
      if (!known.some((record) => record.client === shown && isGood(record))) shown = choose()
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
    openUnsent: replicas.openUnsent,
    async end(client) {
      const at = clock.now()
      known = known.map((record) => (record.client === client ? { ...record, until: at } : record))
      await keep()
      await lookForEnds()
    },
    async drop(client) {
      replicas.get(client)?.say({ say: 'left', renewed: false })
      await replicas.destroy(client)
      await leave(client)
      await keep()
    },
    async renew(client, scopes) {
      const before = replicas.get(client)
      if (before === undefined) return
      // Nobody writes there any more when it is looked at for the last time, this page neither.
      before.say({ say: 'left', renewed: true })
      await pause(OTHERS_CLOSE_MS)
      try {
        // What came at the last moment leaves first; then it is found to be narrowed once more.
        const isOver = await before.store.end()
        await replicas.away(client, async () => {
          deps.onChange()
          if (!isOver) return
          known = known.map((record) => (record.client === client ? { ...record, scopes } : record))
          await keep()
          await renewRecord(await deps.ring(), entry, key, client, random)
        })
        await replicas.open(client)
      } catch (error) {
        notDone(error)
        const again = () => void replicas.tryOpen(client).then(() => deps.onChange())
        if (!closed) setTimer(again, OPEN_AGAIN_MS)
      }
      deps.onChange()
    },
    async dropped(client, isRenewed) {
      await replicas.close(client)
      if (!isRenewed) return leave(client)
      await pause(OTHERS_OPEN_MS)
      const there = await (await deps.ring()).get(entry.id)
      known = (there && (await readCard(there, key)))?.records ?? known
      await replicas.tryOpen(client)
      deps.onChange()
    },
    async close() {
      closed = true
      cancelWait()
      shown = null
      await replicas.closeAll()
    },
  }
  return account
}

const ownOf = (entry: RingEntry, person: Person | undefined): readonly OpenRecord[] =>
  entry.clientId === ''
    ? []
    : [{ client: entry.clientId, name: person?.name ?? '', own: true, scopes: [], until: null }]

const isIdle = async (replica: OpenedReplica): Promise<boolean> =>
  (await replica.store.pending()).every(({ state }) => state === STATE.acked)

const notDone = (error: unknown) => console.error('the records of this account', error)
