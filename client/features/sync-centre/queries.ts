/** What a waiting document is called: its own title where it has one, else what kind of thing it is. */
import { useLingui } from '@lingui/react/macro'
import { combineLatest, map, type Observable } from 'rxjs'
import type { PendingItem, ReplicaDatabase } from '../../replica/portal-session.ts'
import { useLiveQuery } from '../../replica/session-context.tsx'

const queryTitles = (replica: ReplicaDatabase): Observable<ReadonlyMap<string, string>> =>
  combineLatest([replica.drafts.find().$, replica.submissions.find().$]).pipe(
    map(([drafts, submissions]) => new Map([...drafts, ...submissions].map(({ id, title }) => [id, title]))),
  )

export function useItemNames(): (item: PendingItem) => string {
  const { t } = useLingui()
  const titles = useLiveQuery<ReadonlyMap<string, string>>(queryTitles)
  return ({ collection, documentId }) => {
    const title = titles?.get(documentId)
    if (collection === 'drafts') return title ? t`Answers: ${title}` : t`Answers to a form`
    if (collection === 'submissions') return title ? t`Submission: ${title}` : t`A submitted form`
    return t`A change to your record`
  }
}
