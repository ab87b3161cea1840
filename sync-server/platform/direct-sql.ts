/**
 * Transactions straight over the database driver, for the paths that every keystroke takes: named statements, planned
 * once a connection, and no wait between statements that do not need each other's answers.
 */
import type { Duplex } from 'node:stream'
import type { PGlite, Transaction as PGliteTransaction } from '@electric-sql/pglite'
import type pg from 'pg'
import { type ListTypes, listTypesOf, withBinaryLists } from './binary-lists.ts'

/**
 * What the stores of replication need of a transaction. Prisma's own transactions have it too, so a store serves both.
 * Text of statements is a constant of the code, never input: it is kept, with its name, for good.
 */
export interface SqlTransaction {
  $queryRaw<T = unknown>(text: TemplateStringsArray, ...values: readonly unknown[]): Promise<T>
  /** Rows affected. */
  $executeRaw(text: TemplateStringsArray, ...values: readonly unknown[]): Promise<number>
  $queryRawUnsafe<T = unknown>(text: string, ...values: readonly unknown[]): Promise<T>
  $executeRawUnsafe(text: string, ...values: readonly unknown[]): Promise<number>
}

export interface DirectTransaction extends SqlTransaction {
  /** A statement failed: nothing of this transaction can be committed any more. */
  readonly failed: boolean
  /**
   * The last statements, and with them the commit, in one packet: one round trip instead of two. `run` must not wait for
   * an answer before it has asked everything, and what would make the commit wrong has to fail in the database.
   */
  commitWith<T>(run: () => Promise<T>): Promise<T>
}

/** ms that one statement may take; after that its connection is cut, and the transaction with it. */
export const STATEMENT_MS = 60_000

interface Answer {
  readonly rows: unknown[]
  readonly affected: number
}
type Ask = (text: string, values: readonly unknown[]) => Promise<Answer>

/** Statements from templates: `$1`, `$2` … where the values stand. A template is one object for each place in the code. */
const texts = new WeakMap<TemplateStringsArray, string>()
function textOf(template: TemplateStringsArray): string {
  const known = texts.get(template)
  if (known !== undefined) return known
  const text = template.reduce((all, part, index) => `${all}$${index}${part}`)
  texts.set(template, text)
  return text
}

/** It would stand whatever becomes of its transaction. */
const afterTheCommit = () => new Error('A statement came after the commit of its transaction.')

function transactionOver(ask: Ask, commitWith: DirectTransaction['commitWith']): DirectTransaction {
  let failed = false
  const run = async (text: string, values: readonly unknown[]) => {
    try {
      return await ask(text, values)
    } catch (error) {
      failed = true
      throw error
    }
  }
  return {
    get failed() {
      return failed
    },
    commitWith,
    $queryRaw: async <T>(text: TemplateStringsArray, ...values: readonly unknown[]) =>
      (await run(textOf(text), values)).rows as T,
    $executeRaw: async (text, ...values) => (await run(textOf(text), values)).affected,
    $queryRawUnsafe: async <T>(text: string, ...values: readonly unknown[]) =>
      (await run(text, values)).rows as T,
    $executeRawUnsafe: async (text, ...values) => (await run(text, values)).affected,
  }
}

interface Statement {
  readonly name: string
  readonly lists: ListTypes
}
const statements = new Map<string, Statement>()
function statementOf(text: string): Statement {
  const known = statements.get(text)
  if (known !== undefined) return known
  const statement = { name: `portal_${statements.size + 1}`, lists: listTypesOf(text) }
  statements.set(text, statement)
  return statement
}

/**
 * Settings of the connections that transactions run on. Every statement finds its rows by an index; a plan made while a
 * table was small must not go on scanning it when it has grown, and nothing here is worth compiling.
 */
export const DIRECT_SETTINGS =
  '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off -c plan_cache_mode=force_generic_plan'

/** Read committed; rolled back when `run` throws. The pool's connections must be in pipeline mode. */
export async function directOverPool<T>(
  pool: pg.Pool,
  run: (tx: DirectTransaction) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    // Not waited for: the first statement follows at once, in the same packet, and its answer comes after this one's.
    gatherWrites(client)
    const begun = client.query('BEGIN')
    begun.catch(() => undefined)
    let committed: Promise<void> | undefined
    const commit = () => {
      committed ??= client.query('COMMIT').then(({ command }) => {
        // What Postgres answers when a statement failed before.
        if (command !== 'COMMIT') throw new Error('The transaction was rolled back.')
      })
      return committed
    }
    const ask: Ask = async (text, values) => {
      if (committed !== undefined) throw afterTheCommit()
      const { name, lists } = statementOf(text)
      gatherWrites(client)
      const asked = client.query({ name, text, values: withBinaryLists(lists, values) })
      const [, { rows, rowCount }] = await Promise.all([begun, asked])
      return { rows, affected: rowCount ?? 0 }
    }
    const commitWith: DirectTransaction['commitWith'] = async (last) => {
      // After everything that `last` asks without waiting, and before the packet leaves.
      const committing = new Promise<void>((resolve, reject) =>
        process.nextTick(() => commit().then(resolve, reject)),
      )
      committing.catch(() => undefined)
      // Where a statement failed, its own error says more than the commit's.
      const value = await last()
      await committing
      return value
    }
    const value = await run(transactionOver(ask, commitWith))
    await begun
    await commit()
    return value
  } catch (error) {
    await client.query('ROLLBACK').catch((lost: Error) => {
      broken = lost
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** Statements that are asked in one go leave in one packet. */
function gatherWrites(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection
  if (stream.writableCorked > 0) return
  stream.cork()
  process.nextTick(() => stream.uncork())
}

/** There is no way to the embedded database that could be saved: its commit comes after `run`. */
export const directOverPGlite =
  <T>(run: (tx: DirectTransaction) => Promise<T>) =>
  (tx: PGliteTransaction): Promise<T> => {
    let isOver = false
    const ask: Ask = async (text, values) => {
      if (isOver) throw afterTheCommit()
      const { rows, affectedRows } = await tx.query(text, [...values])
      return { rows, affected: affectedRows ?? 0 }
    }
    const commitWith: DirectTransaction['commitWith'] = async (last) => {
      const value = await last()
      isOver = true
      return value
    }
    return run(transactionOver(ask, commitWith))
  }

type AskOnce = <T>(text: TemplateStringsArray, ...values: readonly unknown[]) => Promise<T>

export const askPool =
  (pool: pg.Pool): AskOnce =>
  async <T>(template: TemplateStringsArray, ...values: readonly unknown[]) => {
    const text = textOf(template)
    const { name, lists } = statementOf(text)
    const { rows } = await pool.query({ name, text, values: withBinaryLists(lists, values) })
    return rows as T
  }

export const askPGlite =
  (pglite: PGlite): AskOnce =>
  async <T>(template: TemplateStringsArray, ...values: readonly unknown[]) =>
    (await pglite.query(textOf(template), [...values])).rows as T
