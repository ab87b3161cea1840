/** I1 to I7, asked of everything after all has settled. Each answer is a broken promise in words. */

import type { ReplicaStore } from '../../client/replica/worker/replica-store.ts'
import type { StoredDocument } from '../../client/replica/worker-port.ts'
import type { Json, JsonObject } from '../../shared/kernel/json.ts'
import { COLLECTION_NAMES, collectionByNumber } from '../../shared/protocol/collections.ts'
import { OUTCOMES } from '../../shared/protocol/terms.ts'
import type { Entry } from './ledger.ts'
import { readPage } from './read-page.ts'
import type { Run } from './run.ts'
import { shownWhere } from './tab.ts'

/** I1: what was accepted is somewhere; I4: what was answered is there; I7: no gaps. */
export async function nothingLost(run: Run): Promise<string[]> {
  const stored = await run.stored()
  const live = run.devices.filter(({ state }) => state === 'active')
  const unsent = await Promise.all(
    live.map(async ({ tabs }) => JSON.stringify((await tabs[0]?.replica?.store.pending()) ?? [])),
  )
  const everywhere = `${stored.text}${unsent.join()}`
  // One that is gone has left everything with the server.
  const replicas = new Set([...live.map(({ entry }) => entry.deviceId), ...run.ledger.handedOver])
  const broken: string[] = []
  for (const entry of run.ledger.entries) {
    if (everywhere.includes(`${entry.token}`)) continue
    if (run.ledger.taken.has(entry.token)) broken.push(`I4 ${entry.token} was committed and is gone`)
    else if (isOwed(entry, run.ledger.entries, replicas, everywhere))
      broken.push(`I1 ${entry.token} (${entry.place}) is gone`)
  }
  const positions = new Set(stored.positions)
  if (positions.size !== stored.positions.length) broken.push('I7 two documents share a position')
  if (Math.max(0, ...positions) > stored.head) broken.push('I7 a position lies beyond the head')
  if (stored.newestClock > run.world.now + 60_000) broken.push('P11 a clock that is ahead is believed')
  for (const key of await lostAnswers(run)) broken.push(`I4 the answer to ${key} is gone`)
  return broken
}

/** What the same replica wrote over before anybody else had seen it is typing, not loss. */
function isOwed(
  entry: Entry,
  all: readonly Entry[],
  replicas: ReadonlySet<string>,
  everywhere: string,
): boolean {
  if (!entry.accepted || entry.released) return false
  if (entry.replica !== '' && !replicas.has(entry.replica)) return false
  if (entry.sent) return true
  const later = all.slice(all.indexOf(entry) + 1)
  return !later.some(
    (other) =>
      // A tab that died before it heard that the write was safe has written it all the same.
      (other.accepted || everywhere.includes(other.token)) &&
      other.replica === entry.replica &&
      other.place === entry.place,
  )
}

async function lostAnswers(run: Run): Promise<string[]> {
  const rows = await run.clinic.database.ask<{ key: string }[]>`
    SELECT device_id || '/' || number AS key FROM portal.mutation_result WHERE client_id = ${run.clientId}::uuid`
  const known = new Set(rows.map(({ key }) => key))
  return [...run.ledger.answers]
    .filter(([key, [, outcome]]) => OUTCOMES[outcome] !== 'quarantined' && !known.has(key))
    .map(([key]) => key)
}

type Held = readonly [place: string, document: StoredDocument]

/** I2: every replica, and every page over one, shows what the server has. */
export async function allEqual(run: Run): Promise<string[]> {
  const { documents } = await run.stored()
  const expected = new Map([...documents].map(([key, body]) => [key, canonical(body)]))
  const broken: string[] = []
  for (const device of run.devices) {
    if (device.state === 'revoked') continue
    for (const tab of device.tabs) {
      const store = tab.replica?.store
      if (store === undefined) continue
      const loaded = await store.loadReplicated()
      const replica = loaded.flatMap(({ number, documents: all }) =>
        all.map((document) => [`${collectionByNumber(number)}/${String(document.id)}`, document] as const),
      )
      broken.push(...differences(`${tab.name}'s replica`, expected, replica))
      const page = shownWhere(device.stage).flatMap((name) =>
        tab.shown(name).map((document) => [`${name}/${String(document.id)}`, document] as const),
      )
      broken.push(...differences(`${tab.name}'s page`, expected, page))
      if (device.stage.packing !== null)
        broken.push(...differences(`a new page of ${tab.name}`, expected, await opened(store)))
    }
  }
  return broken
}

/** As the next page finds it: from snapshots, and with the documents fetched. */
async function opened(store: ReplicaStore): Promise<Held[]> {
  const held = new Map<string, StoredDocument>()
  for (const name of COLLECTION_NAMES)
    for await (const documents of readPage(store, name))
      for (const document of documents) held.set(`${name}/${String(document.id)}`, document)
  return [...held]
}

function differences(who: string, expected: ReadonlyMap<string, string>, held: readonly Held[]): string[] {
  const found = new Map(held.filter(([, { _deleted }]) => !_deleted))
  const broken: string[] = []
  for (const [key, body] of expected) {
    const document = found.get(key)
    const { _rev, _deleted, _meta, _attachments, ...mine } = document ?? { _rev: '' }
    if (document === undefined) broken.push(`I2 ${who} lacks ${key}`)
    else if (canonical(mine as JsonObject) !== body)
      broken.push(`I2 ${who} differs in ${key}:\n  has    ${canonical(mine as JsonObject)}\n  server ${body}`)
  }
  for (const key of found.keys())
    if (!expected.has(key)) broken.push(`I2 ${who} has ${key}, the server has not`)
  return broken
}

const canonical = (value: Json): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
