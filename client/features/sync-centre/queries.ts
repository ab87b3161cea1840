/** What a waiting document is called, and which form it belongs to. */
import { useLingui } from '@lingui/react/macro'
import { combineLatest, map, type Observable } from 'rxjs'
import type { PendingItem, ReplicaDatabase } from '../../replica/portal-session.ts'
import { useLiveQuery } from '../../replica/session-context.tsx'

interface KnownForm {
  readonly title: string
  readonly draftId: string
}

const queryForms = (replica: ReplicaDatabase): Observable<ReadonlyMap<string, KnownForm>> =>
  combineLatest([replica.drafts.find().$, replica.submissions.find().$]).pipe(
    map(
      ([drafts, submissions]) =>
        new Map<string, KnownForm>([
          ...drafts.map(({ id, title }) => [id, { title, draftId: id }] as const),
          ...submissions.map(({ id, title, draftId }) => [id, { title, draftId }] as const),
        ]),
    ),
  )

export interface ItemNames {
  nameOf(item: PendingItem): string
  draftOf(item: PendingItem): string | undefined
}

export function useItemNames(): ItemNames {
  const { t } = useLingui()
  const known = useLiveQuery<ReadonlyMap<string, KnownForm>>(queryForms)
  const nameOf = ({ collection, documentId }: PendingItem) => {
    const title = known?.get(documentId)?.title
    if (collection === 'drafts') return title ? t`Answers: ${title}` : t`Answers to a form`
    if (collection === 'submissions') return title ? t`Submission: ${title}` : t`A submitted form`
    return t`A change to your record`
  }
  return { nameOf, draftOf: ({ documentId }) => known?.get(documentId)?.draftId }
}
