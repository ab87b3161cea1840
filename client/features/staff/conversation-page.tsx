/** One conversation of a client as the practice sees it: what was said, who answers, and the answer. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CheckCheck, ChevronLeft, FolderOpen, Hourglass, Paperclip, TriangleAlert } from 'lucide-react'
import { useEffect } from 'react'
import type { Message } from '../../../shared/domains/messages/schema.ts'
import { sizeOf } from '../../../shared/kernel/file-size.ts'
import { useSession } from '../../replica/session-context.tsx'
import { buttonClass } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { backClass, Page } from '../../ui/page.tsx'
import { Status } from '../../ui/panel.tsx'
import { recentOf } from '../../ui/time.ts'
import { AnswerForm } from './components/answer-form.tsx'
import { NotReady } from './components/not-ready.tsx'
import { WhoAnswers } from './components/who-answers.tsx'
import { readStaffThread, type StaffThread, threadPath } from './messages-data.ts'
import styles from './staff-messages.module.css'
import { useServerData } from './use-server-data.ts'

interface SaidProps {
  readonly clientId: string
  readonly message: Message
  readonly readByClient: number
}

function Said({ clientId, message, readByClient }: SaidProps) {
  const { i18n, t } = useLingui()
  const { author, authorName, body, priority, receivedAt, sentAt } = message
  const at = receivedAt ?? sentAt
  const ours = author === 'staff'
  return (
    <li className={classes(styles.said, ours && styles.ours)}>
      <p className={styles.by}>
        <strong>{authorName}</strong>
        <time dateTime={new Date(at).toISOString()}>{recentOf(i18n.locale, at, Date.now())}</time>
        {priority === 'urgent' ? (
          <Status icon={TriangleAlert} tone="bad" pill>
            <Trans>Urgent</Trans>
          </Status>
        ) : null}
      </p>
      {body ? <p className={styles.text}>{body}</p> : null}
      {message.attachments.length > 0 ? (
        <ul className={styles.files} aria-label={t`Files of this message`}>
          {message.attachments.map(({ documentId, name, bytes }) => (
            <li key={documentId}>
              <Paperclip size={18} aria-hidden />
              <Link
                to="/staff/clients/$clientId/file/$kind/$fileId"
                params={{ clientId, kind: 'attachments', fileId: documentId }}
                search={{ thread: message.threadId }}
              >
                {name}
              </Link>
              <span className={styles.soft}>{sizeOf(i18n.locale, bytes)}</span>
            </li>
          ))}
        </ul>
      ) : null}
      {ours && at <= readByClient ? (
        <Status icon={CheckCheck} tone="good">
          <Trans>Read</Trans>
        </Status>
      ) : null}
    </li>
  )
}

/** What is on the screen has been read by the practice; the client sees that. */
function useMarkRead(clientId: string, threadId: string, found: StaffThread | null) {
  const session = useSession()
  const newest = found?.items.find(({ author }) => author !== 'staff')
  const readUpTo = newest?.receivedAt ?? newest?.sentAt ?? 0
  useEffect(() => {
    if (readUpTo === 0) return
    const path = `${threadPath(clientId, threadId)}/read`
    void session.request({ method: 'PUT', path, body: { readUpTo } })
  }, [session, clientId, threadId, readUpTo])
}

interface ConversationProps {
  readonly clientId: string
  readonly threadId: string
}

export function ConversationPage({ clientId, threadId }: ConversationProps) {
  const { i18n, t } = useLingui()
  const { data, again } = useServerData(threadPath(clientId, threadId), readStaffThread)
  const found = data.state === 'ready' ? data.value : null
  useMarkRead(clientId, threadId, found)
  const since = found?.waitingSince ? recentOf(i18n.locale, found.waitingSince, Date.now()) : null
  return (
    <Page
      title={found ? t`${found.clientName}: ${found.subject}` : t`Conversation`}
      tabTitle={t`Conversation`}
      wide
      above={
        <Link to="/staff/messages" search={{ show: 'waiting' }} className={backClass}>
          <ChevronLeft size={18} aria-hidden />
          <Trans>Messages</Trans>
        </Link>
      }
      lead={
        since ? (
          <Status icon={Hourglass} tone="wait" pill>
            <Trans>Waiting since {since}</Trans>
          </Status>
        ) : null
      }
    >
      <NotReady data={data} again={again} />
      {found ? (
        <>
          <div>
            <Link
              to="/staff/clients/$clientId/documents"
              params={{ clientId }}
              className={buttonClass('quiet')}
            >
              <FolderOpen size={18} aria-hidden />
              <Trans>Documents of the client</Trans>
            </Link>
          </div>
          <WhoAnswers clientId={clientId} threadId={threadId} found={found} onChanged={again} />
          {found.next ? (
            <p className={styles.soft}>
              <Trans>The newest messages; older ones are in the record.</Trans>
            </p>
          ) : null}
          <ol className={styles.thread} aria-label={t`Messages of this conversation`}>
            {found.items.toReversed().map((message) => (
              <Said
                key={message.id}
                clientId={clientId}
                message={message}
                readByClient={found.readByClient}
              />
            ))}
          </ol>
          <AnswerForm clientId={clientId} path={`${threadPath(clientId, threadId)}/reply`} onSent={again} />
        </>
      ) : null}
    </Page>
  )
}
