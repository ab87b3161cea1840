/** What people write to their practice and ask of it, on their devices. */
import type { StoredDocument } from '../../client/replica/worker-port.ts'
import { derivedId } from '../../shared/crypto/derived-id.ts'
import type { Appointment } from '../../shared/domains/appointments/schema.ts'
import { receiptSource } from '../../shared/domains/receipts/reader.ts'
import { seenOf } from '../../shared/domains/requests/rules.ts'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import { attempt } from './client-steps.ts'
import type { Device } from './device.ts'
import type { Entry } from './ledger.ts'
import type { Random } from './random.ts'
import type { Run } from './run.ts'
import type { Shown, Tab } from './tab.ts'

const HOUR = 3_600_000

/** In the order in which the server took them: ids that the server makes are not the seed's. */
export const knownIds = (run: Run, collection: keyof typeof COLLECTIONS): string[] => [
  ...new Set(
    run.ledger.commits
      .flatMap(({ rows }) => rows)
      .filter((row) => row[0] === COLLECTIONS[collection].number)
      .map((row) => row[1]),
  ),
]

/** One of what this page shows and the server has. */
function pickShown(
  run: Run,
  tab: Tab,
  collection: Shown,
  random: Random,
  fits: (document: StoredDocument) => boolean = () => true,
): StoredDocument | undefined {
  const shown = new Map(tab.shown(collection).map((document) => [String(document.id), document]))
  const found = knownIds(run, collection).flatMap((id) => {
    const document = shown.get(id)
    return document !== undefined && fits(document) ? [document] : []
  })
  return found.length === 0 ? undefined : random.pick(found)
}

function insert(run: Run, tab: Tab, collection: Shown, entry: Entry, document: { readonly id: string }) {
  run.world.note(`${tab.name} puts ${entry.token} into ${collection}`)
  attempt(
    run,
    entry.token,
    tab.put(collection, document.id, entry, (before) => (before ? null : document)),
  )
}

/** A new conversation, or a reply in one that is shown. */
export function say(run: Run, device: Device, random: Random): void {
  const tab = device.tab(random)
  if (tab === undefined) return
  const to = random.chance(0.6) ? pickShown(run, tab, 'messages', random) : undefined
  const [id, token] = [random.uuid(), run.token()]
  insert(run, tab, 'messages', run.write(token, device.entry.deviceId, `${id}/body`), {
    id,
    threadId: to?.threadId ?? id,
    subject: to?.subject ?? 'About the visit',
    body: token,
    priority: 'normal',
    author: 'client',
    authorName: 'client',
    attachments: [],
    sentAt: run.world.now + device.skew,
    updatedAt: run.world.now + device.skew,
  } as { readonly id: string })
}

export function read(run: Run, device: Device, random: Random): void {
  const tab = device.tab(random)
  const message = tab && pickShown(run, tab, 'messages', random, ({ receivedAt }) => receivedAt !== undefined)
  if (tab === undefined || message === undefined) return
  const [threadId, reader] = [String(message.threadId), device.entry.accountId]
  const readUpTo = Number(message.receivedAt)
  run.world.note(`${tab.name} has read a conversation`)
  const id = derivedId('receipt', receiptSource(threadId, reader))
  attempt(
    run,
    'receipt',
    tab.put('receipts', id, null, (before) => {
      if (before !== undefined && Number(before.readUpTo) >= readUpTo) return null
      return { id, threadId, reader, readUpTo, updatedAt: run.world.now }
    }),
  )
}

export function ask(run: Run, device: Device, random: Random): void {
  const tab = device.tab(random)
  if (tab === undefined) return
  const booked = ({ status }: StoredDocument) => status === 'booked'
  const visit = random.chance(0.6) ? pickShown(run, tab, 'appointments', random, booked) : undefined
  const kind = visit === undefined ? 'new-appointment' : random.pick(['cancel', 'reschedule'])
  const from = run.world.now + random.between(1, 500) * HOUR
  const [id, token] = [random.uuid(), run.token()]
  insert(run, tab, 'requests', run.write(token, device.entry.deviceId, `${id}/reason`), {
    id,
    kind,
    status: 'requested',
    ...(visit && { subjectId: visit.id, seen: seenOf(visit as unknown as Appointment) }),
    ...(kind !== 'cancel' && { preferredTimes: [{ from, to: from + HOUR }] }),
    reason: token,
    requestedAt: run.world.now,
    updatedAt: run.world.now,
  } as { readonly id: string })
}

/** Of whatever kind; where it is decided by now, the server says no. */
export function takeBack(run: Run, device: Device, random: Random): void {
  const tab = device.tab(random)
  const request = tab && pickShown(run, tab, 'requests', random, ({ status }) => status !== 'withdrawn')
  if (tab === undefined || request === undefined) return
  run.world.note(`${tab.name} takes a request back`)
  attempt(
    run,
    'taking back',
    tab.put('requests', String(request.id), null, (before) => {
      if (before === undefined) return null
      const { _rev, _deleted, _meta, _attachments, ...body } = before
      return { ...body, status: 'withdrawn' }
    }),
  )
}

export function askRefill(run: Run, device: Device, random: Random): void {
  const tab = device.tab(random)
  const medication = tab && pickShown(run, tab, 'medications', random)
  if (tab === undefined || medication === undefined) return
  const [id, token] = [random.uuid(), run.token()]
  insert(run, tab, 'requests', run.write(token, device.entry.deviceId, `${id}/note`), {
    id,
    kind: 'refill',
    status: 'requested',
    subjectId: medication.id,
    medication: { name: medication.name, dose: medication.dose },
    note: token,
    requestedAt: run.world.now,
    updatedAt: run.world.now,
  } as { readonly id: string })
}
