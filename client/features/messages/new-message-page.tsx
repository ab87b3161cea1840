/** A new conversation. What is typed stays here, on this device, until it is sent or emptied. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useConversations } from '../../replica/conversations.ts'
import { useReplica } from '../../replica/session-context.tsx'
import { Page } from '../../ui/page.tsx'
import { Composer } from './components/composer.tsx'
import { HelpNote } from './components/help-note.tsx'
import { JustSent } from './components/just-sent.tsx'
import { NEW } from './outgoing.ts'
import { useOutgoing } from './queries.ts'
import { BackToMessages } from './thread-page.tsx'

export function NewMessagePage() {
  const { t } = useLingui()
  const navigate = useNavigate()
  const replica = useReplica()
  const conversations = useConversations()
  const writing = useOutgoing()
  const outgoing = writing?.find(({ id }) => id === NEW)
  // Once it can no longer be taken back it is a conversation like any other.
  const leaving = useRef<string>(undefined)
  useEffect(() => {
    if (outgoing?.sendAt !== undefined) leaving.current = outgoing.messageId
    else if (outgoing !== undefined) leaving.current = undefined
    const threadId = leaving.current
    if (
      writing !== undefined &&
      outgoing === undefined &&
      conversations?.threads.some(({ id }) => id === threadId) &&
      threadId
    )
      void navigate({ to: '/messages/$threadId', params: { threadId }, replace: true })
  }, [writing, outgoing, conversations, navigate])
  if (writing === undefined || replica === null) return null
  return (
    <Page
      title={t`New message`}
      above={<BackToMessages />}
      lead={
        <p>
          <Trans>
            You can write with no network: it is kept on this device and goes out as soon as there is one.
          </Trans>
        </p>
      }
    >
      {outgoing?.sendAt === undefined ? (
        <Composer replica={replica} place={NEW} subject="" kept={outgoing} />
      ) : (
        <JustSent replica={replica} outgoing={outgoing} />
      )}
      <HelpNote />
    </Page>
  )
}
