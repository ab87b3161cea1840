/**
 * Reads that answer from the mirror where they can, and from one consistent transaction where they cannot. What was
 * read from memory alone counts only if nobody has written since, which the transaction that follows makes sure of: it
 * looks for the version it was read at, or, where this tab has the turn to write, fails if the turn has ended. The
 * second needs no answer before it is committed, and so one trip to the database instead of two (R35).
 */
import { openBlock } from './blocks.ts'
import type { Durability, SealedDatabase } from './sealed-database.ts'
import {
  type BlockRow,
  type DocumentKey,
  type HeadRow,
  type MetaKey,
  putHead,
  readHead,
  type TableName,
  type Tables,
} from './sealed-rows.ts'
import type { Sealer } from './sealer.ts'
import type { Changeset } from './store-changes.ts'
import {
  forgetOldBlocks,
  keyOf,
  loadMirror,
  type Mirror,
  remember,
  takeChanges,
  textOf,
} from './store-mirror.ts'
import type { StoreReads } from './store-reads.ts'
import { tablesOf, writeChanges } from './write-changes.ts'

export interface Reading<R> {
  readonly value: R
  /** Of the database when it was so. */
  readonly version: number
  /** Read in a transaction; otherwise from memory, and another tab may have written since. */
  readonly sure: boolean
  /** Nothing may be written any more. */
  readonly ended: boolean
}

export interface StoreCache {
  /** `sure`: not from memory alone. */
  read<R>(readAll: (reads: StoreReads) => Promise<R>, sure: boolean): Promise<Reading<R>>
  isAt(version: number): Promise<boolean>
  /** Writes if the database is still at `version`. */
  write(changes: Changeset, version: number, durability?: Durability): Promise<boolean>
  forget(): void
  /** Another tab says that it wrote, up to `version`: the turn is not this one's any more. */
  othersWrote(version: number): void
  nextBlock(): number
}

/** Ends of turns that are remembered. Nobody misses so many of them between two steps of one write. */
const KEPT_TURNS = 100_000

/** What one transaction is to write, all but whose turn it is. */
interface Prepared {
  readonly head: Omit<HeadRow, 'turn'>
  readonly put: (tables: Tables) => void
  readonly options: { readonly durability: Durability; readonly among: readonly TableName[] }
}

/** A key in the turns that no turn has. */
const NOBODYS = -1

/** Not in memory: only the disk can tell. */
class Missing extends Error {}

export function createStoreCache(database: SealedDatabase, sealer: Sealer): StoreCache {
  let mirror: Mirror | null = null
  /** The turn to write, if it is this tab's as far as it knows. */
  let turn: number | null = null
  let refusesLate: boolean | undefined
  let handedBlock = 0

  async function fromDisk<R>(readAll: (reads: StoreReads) => Promise<R>): Promise<Reading<R>> {
    for (;;) {
      const wanted = new Map<string, BlockRow>()
      const { value, version, known } = await database.read(async (tables) => {
        const head = await readHead(tables)
        const at = head.version
        const current = mirror?.version === at ? mirror : await loadMirror(tables, head)
        mirror = current
        return { value: await readAll(readsOf(current, tables, wanted)), version: at, known: current }
      })
      if (wanted.size === 0) return { value, version, sure: true, ended: known.ended }
      for (const [key, row] of wanted)
        known.opened.set(key, await openBlock(sealer, row, known.heads.get(key)?.ids ?? []))
    }
  }

  /** Ends whoever's turn it is, and begins one of its own; null where somebody wrote since `version`. */
  async function takeTurn(write: Prepared): Promise<number | null> {
    let taken = 0
    const written = await database.write(async (tables) => {
      const { version, turn } = await readHead(tables)
      if (version + 1 !== write.head.version) return false
      taken = turn + 1
      // The head first: it leaves its turn's number to the end of it.
      putHead(tables, { ...write.head, turn: taken }).catch(() => {})
      tables.turns.put({ turn }, turn)
      tables.turns.deleteBelow(turn - KEPT_TURNS)
      write.put(tables)
      return true
    }, write.options)
    return written ? taken : null
  }

  /** Null where the turn has ended: then nothing was written. */
  async function inTurn(write: Prepared, mine: number): Promise<number | null> {
    refusesLate ??= await refusesWhenCommitting(database, mine - 1)
    const waits = !refusesLate
    try {
      await database.write(async (tables) => {
        // Fails, and the whole transaction with it, where another tab has put an end to this turn.
        const kept = putHead(tables, { ...write.head, turn: mine })
        kept.catch(() => {})
        write.put(tables)
        if (waits) await kept
        return true
      }, write.options)
      return mine
    } catch (error) {
      if (isRefusal(error)) return null
      throw error
    }
  }

  return {
    async read(readAll, sure) {
      if (mirror !== null) forgetOldBlocks(mirror)
      if (mirror === null || sure) return fromDisk(readAll)
      const { version, ended } = mirror
      try {
        return { value: await readAll(readsOf(mirror, null, new Map())), version, sure: false, ended }
      } catch (error) {
        if (!(error instanceof Missing)) throw error
        return fromDisk(readAll)
      }
    },
    isAt: (version) => database.read(async (tables) => (await readHead(tables)).version === version),
    async write(changes, version, durability = 'strict') {
      const known = mirror
      if (known === null || known.version !== version) return false
      const write: Prepared = {
        head: {
          version: version + 1,
          next: changes.next ?? known.next,
          ...((changes.ended || known.ended) && { ended: true }),
        },
        put: (tables) => writeChanges(tables, known, changes),
        options: { durability, among: ['turns', ...tablesOf(known, changes)] },
      }
      turn = turn === null ? await takeTurn(write) : await inTurn(write, turn)
      if (turn === null) return false
      takeChanges(known, changes, version + 1)
      return true
    },
    othersWrote(version) {
      turn = null
      if (mirror !== null && mirror.version < version) mirror = null
    },
    forget() {
      mirror = null
    },
    nextBlock() {
      handedBlock = Math.max(handedBlock, mirror?.topBlock ?? 0) + 1
      return handedBlock
    },
  }
}

const isRefusal = (error: unknown) => error instanceof Error && error.name === 'ConstraintError'

/**
 * Does this browser still undo a transaction in which a statement fails after it was told to commit, and say why? The
 * standard says so; Firefox 153 keeps the rest of it, or says only that it was aborted. There, and wherever else this
 * cannot be told, the answer to the statement is waited for.
 */
async function refusesWhenCommitting(database: SealedDatabase, ended: number): Promise<boolean> {
  try {
    await database.write(
      async ({ turns }) => {
        turns.putUnique({ turn: ended }, NOBODYS).catch(() => {})
        return true
      },
      { durability: 'relaxed', among: ['turns'] },
    )
    return false
  } catch (error) {
    return isRefusal(error)
  }
}

function readsOf(mirror: Mirror, tables: Tables | null, wanted: Map<string, BlockRow>): StoreReads {
  const disk = (): Tables => {
    if (tables === null) throw new Missing()
    return tables
  }
  const record = async (key: DocumentKey) => {
    const text = textOf(key)
    if (mirror.apart.has(text)) {
      const row = mirror.records.get(text) ?? (await disk().records.get(key))
      if (row !== undefined) remember(mirror.records, text, row)
      return row
    }
    const slot = mirror.slots.get(text)
    if (slot === undefined) return undefined
    const block = textOf(slot.block)
    const opened = mirror.opened.get(block)
    if (opened !== undefined) return opened[slot.at]
    if (!wanted.has(block)) {
      const row = await disk().blocks.get(slot.block)
      if (row === undefined) throw new Error('a block is missing')
      wanted.set(block, row)
    }
    return undefined
  }
  const shadow = async (key: DocumentKey) => {
    const text = textOf(key)
    if (!mirror.shadowed.has(text)) return undefined
    const row = mirror.shadow.get(text) ?? (await disk().shadow.get(key))
    if (row !== undefined) remember(mirror.shadow, text, row)
    return row
  }
  return {
    head: async () => ({ version: mirror.version, next: mirror.next }),
    records: {
      getMany: (keys) => Promise.all(keys.map(record)),
      keys: async () => [...new Set([...mirror.apart, ...mirror.slots.keys()])].map(keyOf),
      scattered: async () => scattered(mirror),
    },
    shadow: { getMany: (keys) => Promise.all(keys.map(shadow)) },
    outbox: {
      get: async (number) => mirror.outbox.get(number),
      getMany: async (numbers) => numbers.map((number) => mirror.outbox.get(number)),
      all: async () => [...mirror.outbox.values()],
      ofDocuments: async (keys) =>
        keys.flatMap((key) =>
          [...(mirror.byDocument.get(textOf(key)) ?? [])].flatMap((n) => mirror.outbox.get(n) ?? []),
        ),
    },
    journal: {
      all: async () => await disk().journal.all(),
      firstKey: async () => await disk().journal.firstKey(),
    },
    meta: {
      async get(key: MetaKey) {
        if (!mirror.meta.has(key)) mirror.meta.set(key, await disk().meta.get(key))
        return mirror.meta.get(key) as never
      },
    },
  }
}

/** A block is left when at most a half of its places are still its documents'. */
function scattered(mirror: Mirror): DocumentKey[] {
  const keys = new Set(mirror.apart)
  for (const { c, ids } of mirror.heads.values()) {
    const living = ids
      .map((id) => textOf([c, id]))
      .filter((key, at) => ids[at] !== '' && !mirror.apart.has(key))
    if (living.length * 2 <= ids.length) for (const key of living) keys.add(key)
  }
  return [...keys].map(keyOf)
}
