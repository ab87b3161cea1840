/**
 * Documents that arrive in bulk are packed a hundred at a time: one envelope and one row instead of a hundred, and
 * compressed before they are sealed. SPEC: client/replica/SPEC.md, R31 and R32.
 */
import { fromUtf8 } from '../../../shared/crypto/bytes.ts'
import { allOf, contentsOf, layOut } from '../block-layout.ts'
import type { StoredDocument } from '../worker-port.ts'
import { type RecordContent, recordPlace, sealRecord } from './documents.ts'
import type { BlockKey, BlockRow, DocumentKey, RecordRow } from './sealed-rows.ts'
import type { Place, Sealer } from './sealer.ts'
import type { StoreCore } from './store-core.ts'

export interface NewBlock {
  readonly ids: readonly string[]
  readonly row: BlockRow
}

export interface PackedRecords {
  readonly records: readonly RecordRow[]
  readonly blocks: readonly NewBlock[]
}

export interface DocumentToSeal {
  readonly key: DocumentKey
  readonly document: StoredDocument
  /** Server revision that it shows. */
  readonly rev: number
}

export const blockPlace = ([c, b]: BlockKey): Place => ({ table: 'block', collection: c, key: String(b) })

export async function sealDocuments(
  { sealer, packing, nextBlock }: Pick<StoreCore, 'sealer' | 'packing' | 'nextBlock'>,
  documents: readonly DocumentToSeal[],
): Promise<PackedRecords> {
  const byCollection = new Map<number, DocumentToSeal[]>()
  for (const item of documents) {
    const list = byCollection.get(item.key[0])
    if (list) list.push(item)
    else byCollection.set(item.key[0], [item])
  }
  const single: DocumentToSeal[] = []
  const packs: [number, DocumentToSeal[]][] = []
  for (const [c, list] of byCollection) {
    if (list.length <= packing.single) single.push(...list)
    else
      for (let at = 0; at < list.length; at += packing.block)
        packs.push([c, list.slice(at, at + packing.block)])
  }
  const [records, blocks] = await Promise.all([
    Promise.all(single.map(({ key, document, rev }) => sealRecord(sealer, key, document, rev))),
    Promise.all(packs.map(([c, list]) => sealBlock(sealer, [c, nextBlock()], list))),
  ])
  return { records, blocks }
}

async function sealBlock(
  sealer: Sealer,
  [c, b]: BlockKey,
  documents: readonly DocumentToSeal[],
): Promise<NewBlock> {
  const contents = documents.map(({ document, rev }): RecordContent => ({ d: document, s: rev }))
  const e = await sealer.sealPacked(blockPlace([c, b]), layOut(contents))
  return { ids: documents.map(({ key }) => key[1]), row: { c, b, e } }
}

/** JSON of a block, see {@link contentsOf}. Throws for a block that was moved or changed. */
export async function unpackBlock(sealer: Sealer, { c, b, e }: BlockRow): Promise<Uint8Array<ArrayBuffer>> {
  return await sealer.openPacked(blockPlace([c, b]), e)
}

/** A block's documents as rows that open without an envelope: for memory only, the store refuses to write them. */
export async function openBlock(
  sealer: Sealer,
  row: BlockRow,
  ids: readonly string[],
): Promise<readonly RecordRow[]> {
  const contents = contentsOf<RecordContent>(fromUtf8(await unpackBlock(sealer, row)))
  return allOf(contents).map((content, index) => {
    const id = ids[index] ?? ''
    const e = new Uint8Array()
    sealer.remember(recordPlace(row.c, id), e, content)
    return { c: row.c, id, r: content.d._rev, e }
  })
}
