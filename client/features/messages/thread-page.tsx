/** One conversation: what was said, where each message is, and an answer. Being here is having read it. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ArrowLeft, MessageCircle } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { Thread } from '../../../shared/domains/messages/threads.ts'
import { isOwnMessage, useConversations } from '../../replica/conversations.ts'
import type { Person } from '../../replica/portal-session.ts'
import type { ReplicaDatabase } from '../../replica/replica-database.ts'
import { useReplica, useSessionView } from '../../replica/session-context.tsx'
import { backClass, Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/panel.tsx'
import { Bubble } from './components/bubble.tsx'
import { Composer } from './components/composer.tsx'
import { HelpNote } from './components/help-note.tsx'
import { JustSent } from './components/just-sent.tsx'
import styles from './messages.module.css'
import { useOutgoing } from './queries.ts'
import { markRead } from './read-receipt.ts'

export const BackToMessages = () => (
  <Link to="/messages" className={backClass}>
    <ArrowLeft size={18} aria-hidden />
    <Trans>Messages</Trans>
  </Link>
)

/** Read is what somebody had on the screen: not in a tab behind others. */
function useMarkRead(replica: ReplicaDatabase | null, person: Person | null, thread: Thread | undefined) {
  const unread = thread?.unread ?? 0
  useEffect(() => {
    if (replica === null || person === null || thread === undefined || unread === 0) return
    const mark = () => {
      if (document.visibilityState === 'visible') void markRead(replica, person, thread).catch(() => {})
    }
    mark()
    document.addEventListener('visibilitychange', mark)
    return () => document.removeEventListener('visibilitychange', mark)
  }, [replica, person, thread, unread])
}

/** The newest message is where one goes on reading; a search leads to the one that was found. */
function useScroll(threadId: string, count: number) {
  const end = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation, or one more message
  useEffect(() => {
    const found = location.hash.startsWith('#message-')
      ? document.getElementById(location.hash.slice(1))
      : null
    if (found) found.scrollIntoView({ block: 'center' })
    else end.current?.scrollIntoView({ block: 'end' })
  }, [threadId, count])
  return end
}

function Missing() {
  const { t } = useLingui()
  return (
    <Page title={t`Conversation`} above={<BackToMessages />}>
      <EmptyState icon={MessageCircle} title={<Trans>This conversation is not on this device</Trans>}>
        <p>
          <Trans>It may still be on its way: it appears in your messages once this device has it.</Trans>
        </p>
      </EmptyState>
    </Page>
  )
}

export function ThreadPage({ threadId }: { threadId: string }) {
  const { t } = useLingui()
  const replica = useReplica()
  const view = useSessionView()
  const { person } = view
  const conversations = useConversations()
  const thread = conversations?.threads.find(({ id }) => id === threadId)
  const writing = useOutgoing()
  const outgoing = writing?.find(({ id }) => id === threadId)
  useMarkRead(replica, person, thread)
  const end = useScroll(threadId, thread?.messages.length ?? 0)
  if (conversations === undefined || writing === undefined || replica === null) return null
  if (thread === undefined) return <Missing />
  const own = isOwnMessage(view)
  const names = thread.participants.join(', ')
  return (
    <Page
      title={thread.subject}
      tabTitle={t`Conversation`}
      above={<BackToMessages />}
      lead={
        <p>
          {names ? <Trans>With {names}</Trans> : <Trans>With your practice</Trans>}
          {' · '}
          <Plural value={thread.messages.length} one="# message" other="# messages" />
        </p>
      }
    >
      <ol className={styles.thread} aria-label={t`Messages of this conversation`}>
        {thread.messages.map((message) => (
          <Bubble
            key={message.id}
            message={message}
            own={own(message)}
            isRead={message.receivedAt !== undefined && message.receivedAt <= thread.readByPractice}
          />
        ))}
      </ol>
      {outgoing?.sendAt === undefined ? (
        <Composer
          key={threadId}
          replica={replica}
          place={threadId}
          subject={thread.subject}
          kept={outgoing}
        />
      ) : (
        <JustSent replica={replica} outgoing={outgoing} />
      )}
      <div ref={end} />
      <HelpNote />
    </Page>
  )
}
