/**
 * Code and birthday, checked with no network by opening what they open. Used up before the first question is shown: a
 * crash right after it leaves no code that is good twice. SPEC: sync-server/modules/kiosk/SPEC.md, K4 to K7.
 */
import { argon2id } from 'hash-wasm'
import { openVisit, VISIT_HASH, visitSecret, visitTag } from '../../../shared/crypto/visit-slot.ts'
import type { FormDefinition } from '../../../shared/domains/forms/schema.ts'
import type { TabletOrders, VisitContent } from '../../../shared/domains/kiosk/visit.ts'
import { bytesOf } from '../../replica/worker/base64url.ts'
import type { VisitAnswer } from '../tablet-port.ts'
import type { TabletDatabase } from './tablet-database.ts'

/** In a row, before staff have to give their PIN. */
export const MISMATCHES = 3

export const slowHash = (secret: Uint8Array | string, salt: Uint8Array): Promise<Uint8Array> =>
  argon2id({
    password: secret,
    salt,
    memorySize: VISIT_HASH.memoryKiB,
    iterations: VISIT_HASH.passes,
    parallelism: VISIT_HASH.lanes,
    hashLength: VISIT_HASH.bytes,
    outputType: 'binary',
  })

interface Asked {
  readonly code: string
  readonly birthday: string
}
type Refusal = 'mismatch' | 'replayed' | 'expired'

/** An event, numbered in the same transaction as what it tells of. */
export const note = async (
  { facts, events }: Parameters<Parameters<TabletDatabase['change']>[0]>[0],
  kind: Parameters<typeof events.put>[0]['kind'],
  at: number,
  visit?: string,
): Promise<void> => {
  const n = ((await facts.get('nextEvent')) as number | undefined) ?? 1
  events.put({ n, kind, at, ...(visit !== undefined && { visit }) }, n)
  facts.put(n + 1, 'nextEvent')
}

export async function checkVisit(
  database: TabletDatabase,
  orders: TabletOrders,
  { code, birthday }: Asked,
  now: number,
): Promise<VisitAnswer> {
  if (((await database.fact('mismatches')) ?? 0) >= MISMATCHES) return { ok: false, reason: 'locked' }
  const hash = await slowHash(visitSecret(code, birthday), bytesOf(orders.tablet.salt))
  const tag = visitTag(hash)
  const found = orders.packages.find((one) => one.tag === tag)
  const refuse = async (reason: Refusal): Promise<VisitAnswer> => {
    await database.change(async (tables) => {
      await note(tables, reason, now, found?.visit)
      if (reason !== 'mismatch') return
      const before = ((await tables.facts.get('mismatches')) as number | undefined) ?? 0
      tables.facts.put(before + 1, 'mismatches')
    })
    return { ok: false, reason }
  }
  if ((await database.change(({ used }) => used.get(tag))) !== undefined) return refuse('replayed')
  if (found === undefined) return refuse('mismatch')
  if (found.sealed === undefined || found.expiresAt <= now) return refuse('expired')
  const opened = await openVisit(hash, bytesOf(found.sealed), {
    tablet: orders.tablet.id,
    visit: found.visit,
  })
  hash.fill(0)
  if (!opened.ok) return refuse('mismatch')
  const { forms } = opened.value as VisitContent
  const definitions = await database.change(async (tables) => {
    const here = await tables.definitions.getMany(forms.map(({ definitionId }) => definitionId))
    return here.filter((one): one is FormDefinition => one !== undefined)
  })
  if (definitions.length < forms.length) return { ok: false, reason: 'form-missing' }
  await database.change(async (tables) => {
    tables.used.put(now, tag)
    tables.facts.put(0, 'mismatches')
    tables.facts.put({ visit: found.visit }, 'open')
    tables.facts.put({ ...orders, packages: orders.packages.filter((one) => one.tag !== tag) }, 'orders')
    await note(tables, 'started', now, found.visit)
  })
  return { ok: true, opened: { visit: found.visit, language: found.language, forms, definitions } }
}
