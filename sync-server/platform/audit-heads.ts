/**
 * Ends of the audit chains, signed (ES256) and written outside the database: whoever can write to the database can cut
 * off the end of a chain and take its head back with it, and cannot take back this. A file of lines, one compact JWS
 * each, only ever added to; a line holds the chains that moved since the one before.
 */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { CompactSign, calculateJwkThumbprint, compactVerify, exportJWK } from 'jose'
import { z } from 'zod'
import type { ChainEnd } from './audit-chain.ts'
import type { Database } from './database.ts'
import { StartError } from './start-error.ts'

const FILE = 'audit-heads.jsonl'
const TYPE = 'portal-audit-heads'
const CHAINS_A_LINE = 1_000

const Line = z.object({
  at: z.number(),
  /** A backup was put back: what was signed before does not bind any more. */
  restored: z.boolean(),
  heads: z.array(z.tuple([z.uuid(), z.number().int(), z.string().regex(/^[0-9a-f]{64}$/)])),
})

/** By chain, every end that was signed, oldest first. */
export type SignedHeads = ReadonlyMap<string, readonly ChainEnd[]>

export interface AuditHeads {
  /** Signs what moved since the last time; how many chains. */
  export(now: number): Promise<number>
  /** Signs where everything is now, and lets go of what was signed before. */
  exportRestored(now: number): Promise<number>
  /** Throws StartError where a line was not signed by one of the server's keys. */
  read(): Promise<SignedHeads>
}

/** The first of the keys signs, all are believed. `directory` undefined: a database in memory, of which nothing outlasts it. */
export function createAuditHeads(
  database: Database,
  directory: string | undefined,
  [signingKey, ...others]: readonly [KeyObject, ...KeyObject[]],
): AuditHeads {
  const publicKey = createPublicKey(signingKey)
  const believed = [publicKey, ...others.map((key) => createPublicKey(key))]
  const path = directory === undefined ? undefined : join(directory, FILE)
  let known: Map<string, ChainEnd> | undefined

  const lines = async (): Promise<readonly z.infer<typeof Line>[]> => {
    if (path === undefined || !existsSync(path)) return []
    const texts = readFileSync(path, 'utf8').split('\n')
    // A server that was killed while it wrote leaves a beginning without an end.
    const whole = texts.slice(0, -1)
    return Promise.all(
      whole.map(async (text, index) => {
        for (const key of believed) {
          const signed = await compactVerify(text, key, { algorithms: ['ES256'] }).catch(() => undefined)
          if (signed?.protectedHeader.typ === TYPE)
            return Line.parse(JSON.parse(new TextDecoder().decode(signed.payload)))
        }
        throw new StartError(
          `Line ${index + 1} of ${path} was not signed with a key in PORTAL_SIGNING_KEY. After a change of keys keep the older ones there too.`,
        )
      }),
    )
  }
  const read = async (): Promise<SignedHeads> => {
    const signed = new Map<string, ChainEnd[]>()
    for (const { restored, heads } of await lines()) {
      if (restored) signed.clear()
      for (const [chain, seq, hash] of heads) {
        const own = signed.get(chain)
        if (own === undefined) signed.set(chain, [{ seq, hash }])
        else own.push({ seq, hash })
      }
    }
    return signed
  }
  const append = async (ends: readonly (readonly [string, ChainEnd])[], at: number, restored: boolean) => {
    if (path === undefined || directory === undefined || (ends.length === 0 && !restored)) return
    const kid = await calculateJwkThumbprint(await exportJWK(publicKey))
    const texts: string[] = []
    for (let from = 0; from < Math.max(ends.length, 1); from += CHAINS_A_LINE) {
      const heads = ends.slice(from, from + CHAINS_A_LINE).map(([chain, { seq, hash }]) => [chain, seq, hash])
      const line = { at, restored: restored && from === 0, heads }
      texts.push(
        await new CompactSign(Buffer.from(JSON.stringify(line)))
          .setProtectedHeader({ alg: 'ES256', kid, typ: TYPE })
          .sign(signingKey),
      )
    }
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const broken = existsSync(path) && !readFileSync(path, 'utf8').endsWith('\n') ? '\n' : ''
    const file = openSync(path, 'a', 0o600)
    try {
      writeSync(file, `${broken}${texts.join('\n')}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  }
  const write = async (now: number, restored: boolean) => {
    if (path === undefined) return 0
    if (known === undefined || restored) {
      known = new Map()
      if (!restored) for (const [chain, ends] of await read()) known.set(chain, ends.at(-1) as ChainEnd)
    }
    const moved: (readonly [string, ChainEnd])[] = []
    for await (const [chain, end] of chainEnds(database))
      if (known.get(chain)?.hash !== end.hash) moved.push([chain, end])
    await append(moved, now, restored)
    for (const [chain, end] of moved) known.set(chain, end)
    return moved.length
  }
  return { read, export: (now) => write(now, false), exportRestored: (now) => write(now, true) }
}

/** Every chain that has a row, by what its head says. */
export async function* chainEnds(
  database: Pick<Database, 'ask'>,
): AsyncGenerator<readonly [chain: string, end: ChainEnd]> {
  interface Row {
    readonly chain: string
    readonly seq: string
    readonly hash: string
  }
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const rows = await database.ask<Row[]>`
      SELECT chain::text, seq::text, encode(hash, 'hex') AS hash FROM (
        (SELECT client_id AS chain, audit_seq AS seq, audit_hash AS hash FROM portal.client_head
          WHERE client_id > ${after}::uuid AND audit_seq > 0 ORDER BY client_id LIMIT 1000)
        UNION ALL
        (SELECT chain, seq, hash FROM portal.audit_lane WHERE chain > ${after}::uuid AND seq > 0)
      ) AS ends ORDER BY chain LIMIT 1000`
    for (const row of rows) yield [row.chain, { seq: Number(row.seq), hash: row.hash }]
    if (rows.length < 1000) return
    after = rows.at(-1)?.chain ?? after
  }
}
