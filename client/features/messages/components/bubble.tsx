/** One message in its conversation, and where it is: on this device, sent, received, read. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CheckCheck, CloudCheck, TriangleAlert } from 'lucide-react'
import type { Message } from '../../../../shared/domains/messages/schema.ts'
import { usePendingItem } from '../../../drafts/draft-list.ts'
import { useSyncView } from '../../../replica/session-context.tsx'
import { classes } from '../../../ui/classes.ts'
import { ItemStatus } from '../../../ui/item-status.tsx'
import { Status } from '../../../ui/panel.tsx'
import { recentOf } from '../../../ui/time.ts'
import styles from '../messages.module.css'
import { AttachedFiles } from './attached-files.tsx'
import { NotTaken } from './take-back.tsx'

interface BubbleProps {
  readonly message: Message
  readonly own: boolean
  readonly isRead: boolean
}

export function Bubble({ message, own, isRead }: BubbleProps) {
  const { i18n, t } = useLingui()
  const pending = usePendingItem(useSyncView(), message.id)
  const { authorName, body, priority, receivedAt, sentAt } = message
  const time = recentOf(i18n.locale, receivedAt ?? sentAt, Date.now())
  const where = () => {
    if (!own) return null
    if (pending && pending.state !== 'received') return <ItemStatus state={pending.state} at={pending.at} />
    if (isRead)
      return (
        <Status icon={CheckCheck} tone="good">
          <Trans>Read by your practice</Trans>
        </Status>
      )
    return (
      <Status icon={CloudCheck}>
        <Trans>Received by the clinic</Trans>
      </Status>
    )
  }
  return (
    <li className={classes(styles.bubble, own && styles.own)} id={`message-${message.id}`}>
      <p className={styles.by}>
        <strong>{own ? t`You` : authorName}</strong>
        <time dateTime={new Date(receivedAt ?? sentAt).toISOString()}>{time}</time>
        {priority === 'urgent' ? (
          <Status icon={TriangleAlert} tone="wait" pill>
            <Trans>Urgent</Trans>
          </Status>
        ) : null}
      </p>
      {body ? <p className={styles.text}>{body}</p> : null}
      <AttachedFiles
        message={message}
        isUnsent={own && pending !== undefined && pending.state !== 'received'}
      />
      {where()}
      {own && pending?.state === 'attention' && pending.mutation !== undefined ? (
        <NotTaken message={message} mutation={pending.mutation} />
      ) : null}
    </li>
  )
}
