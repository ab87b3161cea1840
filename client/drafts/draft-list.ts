/**
 * The client's forms as the replica holds them. A draft counts as handed in as soon as its submission is on this
 * device, whether or not the server knows yet.
 */
import { useCallback, useMemo } from 'react'
import { combineLatest, map, type Observable } from 'rxjs'
import type { Draft, FormDefinition, Submission } from '../../shared/domains/forms/schema.ts'
import type { PendingItem, SyncView } from '../replica/portal-session.ts'
import type { ReplicaDatabase } from '../replica/replica-database.ts'
import { useLiveQuery } from '../replica/session-context.tsx'

export interface FormLists {
  /** Assigned and not begun, the most urgent first. */
  readonly toDo: readonly Draft[]
  /** Begun, the last edited first. */
  readonly begun: readonly Draft[]
  /** Handed in, the newest first. */
  readonly completed: readonly Submission[]
}

const due = (draft: Draft): number => draft.dueAt ?? Number.MAX_SAFE_INTEGER

/** Pure. */
export function sortForms(drafts: readonly Draft[], submissions: readonly Submission[]): FormLists {
  const handedIn = new Set(submissions.map((submission) => submission.draftId))
  const open = drafts.filter((draft) => draft.status !== 'submitted' && !handedIn.has(draft.id))
  return {
    toDo: open
      .filter((draft) => draft.status === 'assigned')
      .sort((a, b) => due(a) - due(b) || a.assignedAt - b.assignedAt || a.title.localeCompare(b.title)),
    begun: open.filter((draft) => draft.status === 'draft').sort((a, b) => b.updatedAt - a.updatedAt),
    completed: [...submissions].sort((a, b) => b.submittedAt - a.submittedAt),
  }
}

const queryForms = (replica: ReplicaDatabase): Observable<FormLists> =>
  combineLatest([replica.drafts.find().$, replica.submissions.find().$]).pipe(
    map(([drafts, submissions]) =>
      sortForms(
        drafts.map((draft) => draft.toMutableJSON()),
        submissions.map((submission) => submission.toMutableJSON()),
      ),
    ),
  )

export const useFormLists = (): FormLists | undefined => useLiveQuery(queryForms)

/** Undefined while it is looked up, null when this device does not hold it. */
export function useDefinition(id: string | undefined): FormDefinition | null | undefined {
  const query = useCallback(
    (replica: ReplicaDatabase) =>
      replica.definitions.findOne(id ?? '').$.pipe(map((found) => found?.toMutableJSON() ?? null)),
    [id],
  )
  return useLiveQuery<FormDefinition | null>(query)
}

export function useSubmission(id: string): Submission | null | undefined {
  const query = useCallback(
    (replica: ReplicaDatabase) =>
      replica.submissions.findOne(id).$.pipe(map((found) => found?.toMutableJSON() ?? null)),
    [id],
  )
  return useLiveQuery<Submission | null>(query)
}

/** What is known of one document's way to the clinic; undefined when nothing of it is under way. */
export const usePendingItem = (sync: SyncView, documentId: string): PendingItem | undefined =>
  useMemo(() => {
    const own = sync.items.filter((item) => item.documentId === documentId)
    // What needs a decision is not covered up by what was received after it.
    return own.find((item) => item.state === 'attention') ?? own[0]
  }, [sync, documentId])
