/** What a waiting document is called, and which form it belongs to. */
import { useLingui } from '@lingui/react/macro'
import { combineLatest, map, type Observable } from 'rxjs'
import type { Message } from '../../../shared/domains/messages/schema.ts'
import type { PendingItem } from '../../replica/portal-session.ts'
import type { ReplicaDatabase } from '../../replica/replica-database.ts'
import { useLiveQuery } from '../../replica/session-context.tsx'

interface KnownDocument {
  readonly title: string
  readonly draftId?: string
  readonly message?: Message
}

const queryTitles = (replica: ReplicaDatabase): Observable<ReadonlyMap<string, KnownDocument>> =>
  combineLatest([
    replica.drafts.find().$,
    replica.submissions.find().$,
    replica.messages.find().$,
    replica.requests.find().$,
  ]).pipe(
    map(
      ([drafts, submissions, messages, requests]) =>
        new Map<string, KnownDocument>([
          ...requests.flatMap((request) => {
            const one = request.toMutableJSON()
            return one.kind === 'refill' ? [[one.id, { title: one.medication?.name ?? '' }] as const] : []
          }),
          ...messages.map((one) => {
            const message = one.toMutableJSON() as Message
            return [message.id, { title: message.subject, message }] as const
          }),
          ...drafts.map(({ id, title }) => [id, { title, draftId: id }] as const),
          ...submissions.map(({ id, title, draftId }) => [id, { title, draftId }] as const),
        ]),
    ),
  )

export interface ItemNames {
  nameOf(item: PendingItem): string
  draftOf(item: PendingItem): string | undefined
  messageOf(item: PendingItem): Message | undefined
}

export function useItemNames(): ItemNames {
  const { t } = useLingui()
  const known = useLiveQuery<ReadonlyMap<string, KnownDocument>>(queryTitles)
  const requestName = (medication: string | undefined) => {
    if (medication === undefined) return t`A request for an appointment`
    return medication === '' ? t`A request for a refill` : t`Refill: ${medication}`
  }
  const nameOf = ({ collection, documentId }: PendingItem) => {
    const title = known?.get(documentId)?.title
    switch (collection) {
      case 'drafts':
        return title ? t`Answers: ${title}` : t`Answers to a form`
      case 'messages':
        return title ? t`Message: ${title}` : t`A message`
      case 'receipts':
        return t`What you have read`
      case 'submissions':
        return title ? t`Submission: ${title}` : t`A submitted form`
      case 'requests':
        return requestName(title)
      case 'profile':
        return t`Your preferences`
      default:
        return t`A change to your record`
    }
  }
  return {
    nameOf,
    draftOf: ({ documentId }) => known?.get(documentId)?.draftId,
    messageOf: ({ documentId }) => known?.get(documentId)?.message,
  }
}
