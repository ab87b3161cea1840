/** What a waiting document is called, and which form it belongs to. */
import { useLingui } from '@lingui/react/macro'
import { combineLatest, map, type Observable } from 'rxjs'
import type { PendingItem, ReplicaDatabase } from '../../replica/portal-session.ts'
import { useLiveQuery } from '../../replica/session-context.tsx'

interface KnownDocument {
  readonly title: string
  readonly draftId?: string
}

const queryTitles = (replica: ReplicaDatabase): Observable<ReadonlyMap<string, KnownDocument>> =>
  combineLatest([replica.drafts.find().$, replica.submissions.find().$, replica.messages.find().$]).pipe(
    map(
      ([drafts, submissions, messages]) =>
        new Map<string, KnownDocument>([
          ...messages.map(({ id, subject }) => [id, { title: subject }] as const),
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
  const known = useLiveQuery<ReadonlyMap<string, KnownDocument>>(queryTitles)
  const nameOf = ({ collection, documentId }: PendingItem) => {
    const title = known?.get(documentId)?.title
    if (collection === 'drafts') return title ? t`Answers: ${title}` : t`Answers to a form`
    if (collection === 'messages') return title ? t`Message: ${title}` : t`A message`
    if (collection === 'receipts') return t`What you have read`
    if (collection === 'submissions') return title ? t`Submission: ${title}` : t`A submitted form`
    if (collection === 'requests') return t`A request for an appointment`
    return t`A change to your record`
  }
  return { nameOf, draftOf: ({ documentId }) => known?.get(documentId)?.draftId }
}
