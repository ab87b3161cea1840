/** Conversations with the practice, the newest first, and a search over all of them that needs no network. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { MessageCircle, PenLine, SearchX } from 'lucide-react'
import { useState } from 'react'
import { saidIn } from '../../../shared/domains/messages/said.ts'
import type { Message } from '../../../shared/domains/messages/schema.ts'
import { searchMessages, type Thread } from '../../../shared/domains/messages/threads.ts'
import { isOwnMessage, useConversations } from '../../replica/conversations.ts'
import type { Outgoing } from '../../replica/replica-database.ts'
import { useSessionView } from '../../replica/session-context.tsx'
import { buttonClass } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState, Status } from '../../ui/panel.tsx'
import { recentOf } from '../../ui/time.ts'
import { HelpNote } from './components/help-note.tsx'
import { Highlighted } from './components/highlighted.tsx'
import { excerptAround } from './excerpt.ts'
import styles from './messages.module.css'
import { NEW } from './outgoing.ts'
import { useOutgoing } from './queries.ts'

/** Who wrote it, as in the conversation itself. */
function useAuthor(message: Message): string {
  const { t } = useLingui()
  return isOwnMessage(useSessionView())(message) ? t`You` : message.authorName
}

function ThreadLine({ thread, writing }: { thread: Thread; writing: boolean }) {
  const { i18n } = useLingui()
  const { last, unread } = thread
  const author = useAuthor(last)
  const time = recentOf(i18n.locale, last.receivedAt ?? last.sentAt, Date.now())
  return (
    <li>
      <Link
        to="/messages/$threadId"
        params={{ threadId: thread.id }}
        className={classes(styles.line, unread > 0 && styles.unread)}
      >
        <span className={styles.what}>
          <strong>{thread.subject}</strong>
          <span className={styles.excerpt}>
            {author}: {saidIn(last)}
          </span>
        </span>
        <span className={styles.aside}>
          <span className={styles.soft}>{time}</span>
          {unread > 0 ? (
            <span className={styles.count}>
              <Plural value={unread} one="# new" other="# new" />
            </span>
          ) : null}
          {writing ? (
            <Status icon={PenLine}>
              <Trans>Not sent yet</Trans>
            </Status>
          ) : null}
        </span>
      </Link>
    </li>
  )
}

function FoundLine({ message, words }: { message: Message; words: string }) {
  const { i18n } = useLingui()
  const { subject, threadId, id } = message
  const author = useAuthor(message)
  const time = recentOf(i18n.locale, message.receivedAt ?? message.sentAt, Date.now())
  return (
    <li>
      <Link to="/messages/$threadId" params={{ threadId }} hash={`message-${id}`} className={styles.line}>
        <span className={styles.what}>
          <strong>
            <Highlighted text={subject} words={words} />
          </strong>
          <span className={classes(styles.excerpt, styles.found)}>
            {author}: <Highlighted text={excerptAround(saidIn(message), words)} words={words} />
          </span>
        </span>
        <span className={styles.soft}>{time}</span>
      </Link>
    </li>
  )
}

function Found({ found, words }: { found: readonly Message[]; words: string }) {
  if (found.length === 0)
    return (
      <EmptyState icon={SearchX} title={<Trans>Nothing found</Trans>}>
        <p>
          <Trans>Try fewer or other words. Everything on this device was searched.</Trans>
        </p>
      </EmptyState>
    )
  return (
    <ul className={styles.list}>
      {found.map((message) => (
        <FoundLine key={message.id} message={message} words={words} />
      ))}
    </ul>
  )
}

interface ThreadsProps {
  readonly threads: readonly Thread[]
  readonly outgoing: readonly Outgoing[]
}

function Threads({ threads, outgoing }: ThreadsProps) {
  if (threads.length === 0)
    return (
      <EmptyState icon={MessageCircle} title={<Trans>No messages yet</Trans>}>
        <p>
          <Trans>Write to your practice here. What they send you appears here too.</Trans>
        </p>
      </EmptyState>
    )
  const writing = new Set(outgoing.map(({ id }) => id))
  return (
    <ul className={styles.list}>
      {threads.map((thread) => (
        <ThreadLine key={thread.id} thread={thread} writing={writing.has(thread.id)} />
      ))}
    </ul>
  )
}

const NewMessageLink = ({ begun }: { begun: Outgoing | undefined }) => (
  <div>
    <Link to="/messages/new" className={buttonClass()}>
      <PenLine size={18} aria-hidden />
      {begun ? <Trans>Go on with your new message</Trans> : <Trans>New message</Trans>}
    </Link>
  </div>
)

export function MessagesPage() {
  const { t } = useLingui()
  const conversations = useConversations()
  const outgoing = useOutgoing()
  const [words, setWords] = useState('')
  if (conversations === undefined || outgoing === undefined) return <Page title={t`Messages`}>{null}</Page>
  const found = words.trim() === '' ? null : searchMessages(conversations.messages, words)
  return (
    <Page title={t`Messages`}>
      <NewMessageLink begun={outgoing.find(({ id }) => id === NEW)} />
      {conversations.threads.length > 0 ? (
        <search>
          <TextField id="message-search" label={t`Search your messages`} value={words} onChange={setWords} />
          <p className="visually-hidden" role="status">
            {found ? <Plural value={found.length} one="# message found" other="# messages found" /> : null}
          </p>
        </search>
      ) : null}
      {found ? (
        <Found found={found} words={words} />
      ) : (
        <Threads threads={conversations.threads} outgoing={outgoing} />
      )}
      <HelpNote />
    </Page>
  )
}
