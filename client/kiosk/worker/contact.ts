/**
 * One contact with the practice: first hand in, then say how things are and learn what to hold, then fetch forms. Each step
 * stands by itself: a network that goes away in between costs nothing. SPEC: sync-server/modules/kiosk/SPEC.md, K5, K6, K8, K10.
 */
import type { FormDefinition } from '../../../shared/domains/forms/schema.ts'
import type { TabletOrders } from '../../../shared/domains/kiosk/visit.ts'
import { type Http, type HttpAnswer, problemCode } from '../../transport/http.ts'
import { type Box, boxKey, type TabletDatabase } from './tablet-database.ts'

const BASE = '/api/v1/kiosk'
const USED_KEPT_MS = 2 * 86_400_000
const REFUSED_AGAIN_MS = 5 * 60_000
const BUILD = 'kiosk-1'

export type Contact = 'done' | 'silent' | 'unknown' | 'left'

/** Some kilobytes: too many arguments for one call of `fromCharCode`. */
export function textOfBox(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8_192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192))
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** False where nobody answers. `all`: also what was refused a moment ago. */
export async function handIn(database: TabletDatabase, http: Http, all = false): Promise<boolean> {
  const boxes = await database.change(({ outbox }) => outbox.all())
  for (const one of boxes) {
    const { visit, draft, seq, box, refusedAt = 0 } = one
    if (!all && Math.abs(Date.now() - refusedAt) < REFUSED_AGAIN_MS) continue
    const body = { visit, draft, seq, box: textOfBox(box) }
    const answer = await http({ method: 'POST', path: `${BASE}/answers`, body })
    // Whether this tablet is known at all, the contact that follows says.
    if (problemCode(answer) === 'not_authenticated') return true
    if (!isFinal(answer)) return false
    await database.change(async ({ outbox }) => {
      // Meanwhile a newer one may have taken its place.
      if ((await outbox.get(boxKey(one)))?.seq !== seq) return
      if (answer.status === 200) outbox.delete(boxKey(one))
      else outbox.put({ ...one, refusedAt: Date.now() }, boxKey(one))
    })
  }
  return true
}

export const countsOf = (boxes: readonly Box[]): { readonly unsent: number; readonly refused: number } => ({
  unsent: boxes.length,
  refused: boxes.filter(({ refusedAt }) => refusedAt !== undefined).length,
})

/** A word about this box; not that somebody should come again later, or has no key that is known. */
const isFinal = ({ status }: HttpAnswer): boolean =>
  status === 200 || (status >= 400 && status < 500 && status !== 401 && status !== 429 && status !== 408)

export async function contact(
  database: TabletDatabase,
  http: Http,
  {
    visit,
    needsStaff,
    all,
  }: { readonly visit: string | undefined; readonly needsStaff: boolean; readonly all: boolean },
): Promise<Contact> {
  if (!(await handIn(database, http, all))) return 'silent'
  const said = await database.change(async ({ outbox, events }) => ({
    ...countsOf(await outbox.all()),
    events: (await events.all()).slice(0, 400),
  }))
  const state = needsStaff ? 'staff-needed' : visit !== undefined ? 'in-use' : 'ready'
  const answer = await http({
    method: 'POST',
    path: `${BASE}/sync`,
    body: { state, ...(visit !== undefined && { visit }), build: BUILD, ...said },
  })
  if (problemCode(answer) === 'not_authenticated')
    return (await database.fact('leaving')) ? 'left' : 'unknown'
  if (answer.status !== 200) return 'silent'
  const orders = answer.body as TabletOrders
  await takeOrders(database, orders)
  await fetchForms(database, http, orders)
  if (!orders.leave || visit !== undefined) return 'done'
  // What is not taken is not deleted either, unless staff gave it up.
  const mayGo = await database.change(async ({ outbox, facts }) => {
    if (!orders.giveUp && (await outbox.keys()).length > 0) return false
    facts.put(true, 'leaving')
    return true
  })
  if (!mayGo) return 'done'
  const left = await http({ method: 'POST', path: `${BASE}/emptied` })
  return left.status === 204 || problemCode(left) === 'not_authenticated' ? 'left' : 'silent'
}

export const takeOrders = (database: TabletDatabase, orders: TabletOrders): Promise<void> =>
  database.change(async ({ facts, events, used }) => {
    const tags = await used.keys()
    for (const tag of tags) if (((await used.get(tag)) ?? 0) < Date.now() - USED_KEPT_MS) used.delete(tag)
    const packages = orders.packages.filter(({ tag }) => !tags.includes(tag))
    facts.put({ ...orders, packages }, 'orders')
    facts.put(orders.now - Date.now(), 'ahead')
    events.deleteBelow(orders.heard + 1)
  })

async function fetchForms(
  database: TabletDatabase,
  http: Http,
  { definitions }: TabletOrders,
): Promise<void> {
  const here = await database.change(async (tables) => {
    const ids = await tables.definitions.keys()
    for (const id of ids) if (!definitions.includes(id)) tables.definitions.delete(id)
    return ids
  })
  for (const id of definitions) {
    if (here.includes(id)) continue
    const answer = await http({ method: 'GET', path: `${BASE}/forms/${id}` })
    if (answer.status !== 200) return
    await database.change(async (tables) => tables.definitions.put(answer.body as FormDefinition, id))
  }
}
