/** Merge of a position that only moves forward, such as "read up to here". Pure. SPEC: shared/merge/SPEC.md, M13. */
export const mergeMaximum = (current: number | undefined, offered: number): number =>
  current === undefined || offered > current ? offered : current
