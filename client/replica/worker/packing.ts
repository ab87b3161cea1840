/**
 * From how many documents on they lie together: sizes that were right for 10,000 documents in a browser. Correctness
 * rests on none of them; the simulator takes small ones, so that few documents fill blocks.
 * SPEC: client/replica/SPEC.md, R31, R32 and R36.
 */
export interface Packing {
  /** Documents of a block. */
  readonly block: number
  /** So many of a collection at once are records of their own still: they are about to be edited. */
  readonly single: number
  /** So many scattered ones of a collection are worth a transaction of tidying. More than `single`. */
  readonly scattered: number
  /** And so many are tidied in one. */
  readonly tidied: number
  /** So many moved documents are worth a new snapshot. Fewer are opened as fast one by one. */
  readonly moved: number
}

export const PACKING: Packing = { block: 100, single: 32, scattered: 100, tidied: 300, moved: 64 }
