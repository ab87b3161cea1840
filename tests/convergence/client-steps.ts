/** What people do on their devices. */

import { STATE } from '../../client/replica/worker/sealed-rows.ts'
import type { StoredDocument } from '../../client/replica/worker-port.ts'
import type { Json, JsonObject } from '../../shared/kernel/json.ts'
import type { Device } from './device.ts'
import { tokensIn } from './ledger.ts'
import { SCALARS, TEXT } from './questionnaires.ts'
import type { Random } from './random.ts'
import type { Run } from './run.ts'
import type { Tab } from './tab.ts'

/** Rejections are answers too: a full disk, a tab that is closing. What was not accepted is not owed. */
export const attempt = (run: Run, what: string, work: Promise<unknown>) =>
  void work.catch((error: unknown) =>
    run.world.note(`${what} refused: ${error instanceof Error ? error.name : String(error)}`),
  )

const bodyOf = ({ _rev, _deleted, _meta, _attachments, ...body }: StoredDocument) => body

const withAnswers = (draft: StoredDocument, answers: JsonObject): object => ({
  ...bodyOf(draft),
  status: draft.status === 'assigned' ? 'draft' : draft.status,
  answers: { ...(draft.answers as JsonObject), ...answers },
})

function pickDraft(tab: Tab, random: Random): StoredDocument | undefined {
  const drafts = tab.shown('drafts').sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1))
  const open = drafts.filter(({ status }) => status !== 'submitted')
  // A page may still show the form that another device has just handed in.
  const from = open.length === 0 || random.chance(0.1) ? drafts : open
  return from.length === 0 ? undefined : random.pick(from)
}

export function write(run: Run, device: Device, random: Random): void {
  const tab = device.tab(random)
  const draft = tab && pickDraft(tab, random)
  if (tab === undefined || draft === undefined) return
  const id = String(draft.id)
  const token = run.token()
  const kind = random.fraction()
  const [field, valueFor] =
    kind < 0.6
      ? scalar(token, random)
      : kind < 0.85
        ? ([TEXT, (before: Json) => editText(before, token, random.fork('text'))] as const)
        : ([`kin[${token}]/name`, () => token] as const)
  const entry = run.write(token, device.entry.deviceId, `${id}/${field}`)
  run.world.note(`${tab.name} writes ${token} to ${field}`)
  attempt(
    run,
    token,
    tab.edit(id, entry, (current) => {
      const answers = current.answers as JsonObject
      const row = field.startsWith('kin') ? { [`kin[${token}]`]: 1 } : {}
      return withAnswers(current, { ...row, [field]: valueFor(answers[field] ?? null) })
    }),
  )
}

const scalar = (token: string, random: Random) => [random.pick(SCALARS), () => token] as const

function editText(before: Json, token: string, random: Random): string {
  const text = typeof before === 'string' ? before : ''
  const words = text.split(' ').filter((word) => word !== '')
  const at = random.between(0, words.length)
  const style = random.fraction()
  if (style < 0.5) words.push(token)
  else if (style < 0.8) words.splice(at, 0, token)
  else if (style < 0.95) words.splice(at, 1, token)
  else return token
  return words.join(' ')
}

export function submit(run: Run, device: Device, random: Random): void {
  const tab = device.tab(random)
  const draft = tab && pickDraft(tab, random)
  if (tab === undefined || draft === undefined) return
  run.world.note(`${tab.name} submits ${String(draft.id)}`)
  const begin = (id: string) => run.write(id, device.entry.deviceId, `submission ${id}`)
  attempt(run, 'submission', tab.submit(String(draft.id), begin))
}

/** What was dismissed is in the history: still owed. */
export function dismiss(run: Run, device: Device, random: Random): void {
  const tab = device.tab(random)
  const draft = tab?.shown('drafts').find(({ contested }) => Object.keys(contested as object).length > 0)
  if (tab === undefined || draft === undefined) return
  const key = random.pick(Object.keys(draft.contested as object).sort())
  run.world.note(`${tab.name} dismisses ${key}`)
  attempt(
    run,
    'dismissal',
    tab.edit(String(draft.id), null, (current) => {
      const { [key]: _, ...rest } = current.contested as JsonObject
      return { ...bodyOf(current), contested: rest }
    }),
  )
}

/** A change that the server is going to refuse, whatever comes before and after it. */
export function poison(run: Run, device: Device, random: Random): void {
  const tab = device.tab(random)
  const draft = tab && pickDraft(tab, random)
  if (tab === undefined || draft === undefined) return
  const token = run.token()
  const bad = random.pick([`mood{${token}`, `${'x'.repeat(600)}${token}`, 'title'])
  run.world.note(`${tab.name} writes ${token} to a bad field`)
  const entry = run.write(token, device.entry.deviceId, `${String(draft.id)}/${bad}`)
  attempt(
    run,
    token,
    tab.edit(String(draft.id), entry, (current) =>
      bad === 'title' ? { ...bodyOf(current), title: token } : withAnswers(current, { [bad]: token }),
    ),
  )
}

type Refused = Awaited<ReturnType<typeof refusedOf>>[number]
const refusedOf = async (tab: Tab) => {
  const pending = (await tab.replica?.store.pending()) ?? []
  return pending.filter(({ state }) => state === STATE.attention)
}

export function retry(run: Run, device: Device, random: Random): void {
  const tab = device.tab(random)
  if (tab === undefined) return
  const work = async () => {
    const refused = await refusedOf(tab)
    if (refused.length > 0) await tab.replica?.store.retry(random.pick(refused).n)
  }
  attempt(run, 'retry', work())
}

export function discard(run: Run, device: Device, random: Random): void {
  const tab = device.tab(random)
  if (tab === undefined) return
  const work = async () => {
    const refused = await refusedOf(tab)
    if (refused.length > 0) await discardOne(run, tab, random.pick(refused))
  }
  attempt(run, 'discard', work())
}

/** What is given up comes back to the client; from then on nobody else owes it. */
async function discardOne(run: Run, tab: Tab, { n, id }: Refused): Promise<void> {
  const given = await tab.replica?.store.discard(n)
  // A submission is written down by its id.
  const released = new Set([...tokensIn(given), id])
  for (const entry of run.ledger.entries) if (released.has(entry.token)) entry.released = true
}

/** How many there were. */
export async function discardAll(run: Run, tab: Tab): Promise<number> {
  const refused = await refusedOf(tab)
  for (const each of refused) await discardOne(run, tab, each)
  return refused.length
}
