/** One file of a message: from this device where it lies here, else over the network. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ArrowLeft, SearchX } from 'lucide-react'
import { useCallback } from 'react'
import { savedName } from '../../../shared/domains/documents/limits.ts'
import { sizeOf } from '../../../shared/kernel/file-size.ts'
import { useConversations } from '../../replica/conversations.ts'
import { useSession, useSyncView } from '../../replica/session-context.tsx'
import { OpenedFile } from '../../ui/opened-file.tsx'
import { backClass, Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/panel.tsx'
import { dateOf } from '../../ui/time.ts'
import { BackToMessages } from './thread-page.tsx'

export function FilePage({ fileId }: { fileId: string }) {
  const { i18n, t } = useLingui()
  const session = useSession()
  const isOnline = useSyncView().link === 'online'
  const conversations = useConversations()
  const read = useCallback(() => session.openAttachment(fileId), [session, fileId])
  if (conversations === undefined) return <Page title={t`File`}>{null}</Page>
  const message = conversations.messages.find(({ attachments }) =>
    attachments.some(({ documentId }) => documentId === fileId),
  )
  const file = message?.attachments.find(({ documentId }) => documentId === fileId)
  if (message === undefined || file === undefined)
    return (
      <Page title={t`File`} above={<BackToMessages />}>
        <EmptyState icon={SearchX} title={<Trans>This file is not here</Trans>}>
          <p>
            <Trans>Its message may have been taken back, or has not been brought here yet.</Trans>
          </p>
        </EmptyState>
      </Page>
    )
  const { name, bytes } = file
  const [date, size] = [dateOf(i18n.locale, message.receivedAt ?? message.sentAt), sizeOf(i18n.locale, bytes)]
  return (
    <Page
      title={name}
      tabTitle={t`File`}
      above={
        <Link to="/messages/$threadId" params={{ threadId: message.threadId }} className={backClass}>
          <ArrowLeft size={18} aria-hidden />
          {message.subject}
        </Link>
      }
      lead={
        <p>
          {message.authorName} · {date} · {size}
        </p>
      }
    >
      <OpenedFile read={read} title={name} isOnline={isOnline} savedName={(type) => savedName(name, type)} />
    </Page>
  )
}
