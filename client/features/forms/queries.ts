import { useCallback } from 'react'
import { distinctUntilChanged, map } from 'rxjs'
import type { Draft } from '../../../shared/domains/forms/schema.ts'
import type { ReplicaDatabase } from '../../replica/replica-database.ts'
import { useLiveQuery } from '../../replica/session-context.tsx'

export interface DraftHead {
  readonly definitionId: string
  readonly title: string
  readonly status: Draft['status']
}

/** What never changes while a draft is filled, so that typing does not ripple through the page. Null: not here. */
export function useDraftHead(draftId: string): DraftHead | null | undefined {
  const query = useCallback(
    (replica: ReplicaDatabase) =>
      replica.drafts.findOne(draftId).$.pipe(
        map((draft) =>
          draft ? { definitionId: draft.definitionId, title: draft.title, status: draft.status } : null,
        ),
        distinctUntilChanged(
          (a, b) => a?.definitionId === b?.definitionId && a?.title === b?.title && a?.status === b?.status,
        ),
      ),
    [draftId],
  )
  return useLiveQuery<DraftHead | null>(query)
}
