/**
 * The tablet behind its screens. One visit at most is open; its answers pass through here, are sealed to the practice's
 * key, and are gone from here. SPEC: sync-server/modules/kiosk/SPEC.md.
 */
import { sealAnswers } from '../../../shared/crypto/visit-slot.ts'
import type { TabletOrders } from '../../../shared/domains/kiosk/visit.ts'
import { waitAfter } from '../../keys/unlock.ts'
import { bytesOf } from '../../replica/worker/base64url.ts'
import { createDevicePossession } from '../../replica/worker/device-possession.ts'
import { createHttp, problemCode } from '../../transport/http.ts'
import type { TabletCalls, TabletView } from '../tablet-port.ts'
import { contact, countsOf, handIn, takeOrders } from './contact.ts'
import {
  boxKey,
  DATABASE,
  databaseNames,
  deleteDatabase,
  holdsPortal,
  openTabletDatabase,
  type TabletDatabase,
} from './tablet-database.ts'
import { checkVisit, MISMATCHES, note, slowHash } from './visit-check.ts'

const EVERY_MS = 10_000
const SOON_MS = 400
/** A page that has nothing to do with tablets leaves nothing behind: no database is made to find out. */
const isTablet = async () => (await databaseNames()).includes(DATABASE)
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))

export async function createTabletWorker(show: (view: TabletView) => void): Promise<TabletCalls> {
  let database: TabletDatabase | undefined = (await isTablet()) ? await openTabletDatabase() : undefined
  let state: TabletView['state'] = 'starting'
  let lastContactAt: number | null = null
  let visit: string | undefined
  let endVisit = false
  let asksHelp = false
  /** A code was given and the answer did not come: whether this tablet is let in, it asks by its key. */
  let unsure = false
  const numbers = new Map<string, number>()
  let sealing: Promise<unknown> = Promise.resolve()

  const opened = async () => {
    database ??= await openTabletDatabase()
    return database
  }
  const possession = createDevicePossession(async () => {
    const kept = await (await opened()).fact('key')
    if (kept === undefined) throw new Error('This tablet has no key.')
    return kept
  })
  const setTimer = (run: () => void, ms: number) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  }
  const http = createHttp((input, init) => fetch(input, init), location.origin, setTimer, possession.prover)
  const ordersOf = async () => (await database?.fact('orders')) ?? undefined

  const publish = async () => {
    const orders = await ordersOf()
    const boxes = (await database?.change(({ outbox }) => outbox.all())) ?? []
    const mismatches = (await database?.fact('mismatches')) ?? 0
    show({
      state,
      name: orders?.tablet.name ?? '',
      practice: orders?.practice.name ?? '',
      phone: orders?.practice.phone ?? '',
      idleSeconds: orders?.idleSeconds ?? 120,
      hasPin: orders !== undefined && orders.pin !== null,
      ...countsOf(boxes),
      waiting: boxes.map(({ draft }) => draft),
      lastContactAt,
      locked: mismatches >= MISMATCHES,
      endVisit,
    })
  }

  let running: Promise<void> | undefined
  let again = false
  let all = true
  const talk = async () => {
    const orders = await ordersOf()
    if (database === undefined || (orders === undefined && !unsure)) return
    const needsStaff = asksHelp || ((await database.fact('mismatches')) ?? 0) >= MISMATCHES
    const outcome = await contact(database, http, { visit, needsStaff, all })
    if (outcome !== 'silent') all = false
    // Heard: this tablet was let in, or it was not, and stays where the code is typed.
    if (outcome !== 'silent') unsure = false
    if (outcome === 'done') {
      lastContactAt = Date.now()
      state = 'ready'
      const now = await ordersOf()
      endVisit = visit !== undefined && now?.endVisit === true
    }
    if (outcome === 'unknown' && orders !== undefined) state = 'unknown'
    if (outcome === 'left') await leave()
    await publish()
  }
  /** One at a time; whoever asks meanwhile is answered by one more. */
  const sync = (): Promise<void> => {
    if (running !== undefined) {
      again = true
      return running
    }
    running = talk()
      .catch(() => {})
      .finally(() => {
        running = undefined
        if (!again) return
        again = false
        setTimeout(sync, SOON_MS)
      })
    return running
  }
  const leave = async () => {
    const gone = database
    database = undefined
    await gone?.destroy()
    state = 'left'
  }

  if (database !== undefined && (await ordersOf()) !== undefined) {
    state = 'ready'
    // At every start, so that nothing of before is left, whatever ended it (K12).
    for (const name of await databaseNames()) if (name !== DATABASE) await deleteDatabase(name)
    await database.change(async (tables) => {
      const left = (await tables.facts.get('open')) as { visit: string } | undefined
      if (left === undefined) return
      tables.facts.delete('open')
      await note(tables, 'parked', Date.now(), left.visit)
    })
  } else {
    state = (await holdsPortal()) ? 'other-data' : 'not-enrolled'
    // Perhaps the page before this one was left between the code and its answer.
    unsure = state === 'not-enrolled' && (await database?.fact('key')) !== undefined
  }
  await publish()
  void sync()
  setInterval(() => void sync(), EVERY_MS)

  return {
    async enrol({ code }) {
      const tablet = await opened()
      const isIn = async () => {
        unsure = true
        await running
        await sync()
        return (await ordersOf()) !== undefined
      }
      if ((await tablet.fact('key')) === undefined) {
        const made = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
        await tablet.change(async ({ facts }) => facts.put(made, 'key'))
      } else if (unsure && (await isIn())) return 'ok'
      const answer = await http({ method: 'POST', path: '/api/v1/kiosk/enrol', body: { code } })
      if (answer.status === 200) {
        await takeOrders(tablet, answer.body as TabletOrders)
        state = 'ready'
        await sync()
        return 'ok'
      }
      if (answer.status === 0 || answer.status >= 500) {
        // The code may have been heard although its answer was not: it is asked for until one knows.
        unsure = true
        return 'offline'
      }
      if (problemCode(answer) !== 'wrong_code') return 'limited'
      // Used up by this very tablet, perhaps, when it was given before.
      return (await isIn()) ? 'ok' : 'wrong_code'
    },

    async openVisit(asked) {
      const orders = await ordersOf()
      if (database === undefined || orders === undefined || visit !== undefined)
        return { ok: false, reason: 'storage' }
      const ahead = (await database.fact('ahead')) ?? 0
      const answer = await checkVisit(database, orders, asked, Date.now() + ahead)
      if (answer.ok) {
        visit = answer.opened.visit
        numbers.clear()
      }
      await publish()
      void sync()
      return answer
    },

    keep({ draft, typed }) {
      const run = async () => {
        const orders = await ordersOf()
        if (database === undefined || orders === undefined || visit === undefined)
          throw new Error('No visit is open.')
        const seq = (numbers.get(draft) ?? 0) + 1
        numbers.set(draft, seq)
        const { keyId, publicKey } = orders.clinicKey
        const place = { tablet: orders.tablet.id, visit, draft, seq }
        const box = await sealAnswers({ keyId, publicKey: bytesOf(publicKey) }, typed, place, random)
        const kept = { visit, draft, seq, box }
        await database.change(async ({ outbox }) => outbox.put(kept, boxKey(kept)))
        await publish()
        setTimeout(() => void sync(), SOON_MS)
      }
      // In the order in which they were typed.
      const done = sealing.then(run)
      sealing = done.catch(() => {})
      return done
    },

    async endVisit({ how }) {
      await sealing
      const ended = visit
      if (database === undefined || ended === undefined) return
      await database.change(async (tables) => {
        tables.facts.delete('open')
        await note(tables, how, Date.now(), ended)
      })
      visit = undefined
      endVisit = false
      // The page goes now; what waits goes with the next one.
      void handIn(database, http).catch(() => {})
    },

    async checkPin({ pin }) {
      const orders = await ordersOf()
      const now = Date.now()
      const tries = (await database?.fact('pin')) ?? { wrong: 0, retryAt: 0 }
      if (database === undefined || orders?.pin == null) return { ok: false, retryAt: 0 }
      if (tries.retryAt > now) return { ok: false, retryAt: tries.retryAt }
      const hash = await slowHash(pin, bytesOf(orders.pin.salt))
      const right = sameBytes(hash, bytesOf(orders.pin.hash))
      const wrong = tries.wrong + 1
      const wait = waitAfter(wrong)
      const retryAt = wait === 0 ? 0 : now + wait
      await database.change(async (tables) => {
        tables.facts.put(right ? { wrong: 0, retryAt: 0 } : { wrong, retryAt }, 'pin')
        if (right) tables.facts.put(0, 'mismatches')
        await note(tables, right ? 'pin-right' : 'pin-wrong', now)
      })
      await publish()
      void sync()
      return right ? { ok: true } : { ok: false, retryAt }
    },

    async askHelp({ asks }) {
      asksHelp = asks
      void sync()
    },

    syncNow: () => {
      all = true
      return sync()
    },
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index])
