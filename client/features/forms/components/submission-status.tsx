/** Where a submission is: on its way, received with time and reference, reviewed. Live. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleCheckBig, MessageCircleQuestion } from 'lucide-react'
import type { Submission } from '../../../../shared/domains/forms/schema.ts'
import { usePendingItem } from '../../../drafts/draft-list.ts'
import { useSyncView } from '../../../replica/session-context.tsx'
import { ItemStatus } from '../../../ui/item-status.tsx'
import { Status } from '../../../ui/panel.tsx'
import { recentOf } from '../../../ui/time.ts'

export function SubmissionStatus({ submission }: { submission: Submission }) {
  const { i18n } = useLingui()
  const item = usePendingItem(useSyncView(), submission.id)
  if (submission.returned)
    return (
      <Status icon={MessageCircleQuestion} tone="wait" pill>
        <Trans>Your practice asks for more</Trans>
      </Status>
    )
  if (submission.status === 'reviewed') {
    const time = recentOf(i18n.locale, submission.reviewedAt ?? submission.updatedAt, Date.now())
    const name = submission.reviewerName
    return (
      <Status icon={CircleCheckBig} tone="good" pill>
        {name ? (
          <Trans>
            Reviewed by {name}, {time}
          </Trans>
        ) : (
          <Trans>Reviewed, {time}</Trans>
        )}
      </Status>
    )
  }
  if (submission.status === 'received')
    return <ItemStatus state="received" at={submission.receivedAt ?? submission.updatedAt} pill />
  const state = item === undefined || item.state === 'received' ? 'waiting' : item.state
  return <ItemStatus state={state} at={item?.at ?? submission.submittedAt} pill />
}
