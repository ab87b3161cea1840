/** Something the clinic's server did not take: why, and what can be done. Discarding can be undone. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CircleAlert } from 'lucide-react'
import { useState } from 'react'
import type { Message } from '../../../../shared/domains/messages/schema.ts'
import type { PendingItem } from '../../../replica/portal-session.ts'
import { useWithoutRefused } from '../../../replica/refused-files.ts'
import { useSession } from '../../../replica/session-context.tsx'
import { Button, ButtonRow, buttonClass } from '../../../ui/button.tsx'
import { Notice } from '../../../ui/panel.tsx'
import { SendWithout } from '../../../ui/send-without.tsx'
import { momentOf } from '../../../ui/time.ts'
import { useRefusalReason } from '../refusal-reason.ts'

interface AttentionItemProps {
  readonly item: PendingItem
  readonly name: string
  /** The form that it belongs to, where it can be put right. */
  readonly draftId: string | undefined
  /** The message that was not taken. */
  readonly message: Message | undefined
  /** What was given up, so that it can be undone. */
  readonly onDiscarded: (change: unknown) => void
}

export function AttentionItem({ item, name, draftId, message, onDiscarded }: AttentionItemProps) {
  const { i18n, t } = useLingui()
  const session = useSession()
  const without = useWithoutRefused(message)
  const reason = useRefusalReason(item, without?.names ?? [])
  const [asking, setAsking] = useState(false)
  const time = momentOf(i18n.locale, item.at)
  const { mutation } = item
  return (
    <Notice icon={CircleAlert} tone="bad" role="region" label={name}>
      <h2>{name}</h2>
      <p>{reason}</p>
      <p>
        <Trans>Saved on this device {time}. It stays here until you decide.</Trans>
      </p>
      {mutation === undefined ? null : asking ? (
        <ButtonRow>
          <Button look="danger" onClick={async () => onDiscarded(await session.discard(mutation))}>
            <Trans>Yes, discard it</Trans>
          </Button>
          <Button look="secondary" onClick={() => setAsking(false)}>
            <Trans>Keep it</Trans>
          </Button>
        </ButtonRow>
      ) : (
        <ButtonRow>
          {draftId ? (
            <Link to="/forms/$draftId" params={{ draftId }} className={buttonClass('primary')}>
              <Trans>Open the form</Trans>
            </Link>
          ) : null}
          {without?.send ? <SendWithout count={without.names.length} onSend={without.send} /> : null}
          {message ? (
            <Link
              to="/messages/$threadId"
              params={{ threadId: message.threadId }}
              hash={`message-${message.id}`}
              className={buttonClass('secondary')}
            >
              <Trans>Open the conversation</Trans>
            </Link>
          ) : null}
          <Button look="secondary" onClick={() => session.retry(mutation)} aria-label={t`Try again: ${name}`}>
            <Trans>Try again</Trans>
          </Button>
          <Button look="quiet" onClick={() => setAsking(true)} aria-label={t`Discard: ${name}`}>
            <Trans>Discard</Trans>
          </Button>
        </ButtonRow>
      )}
    </Notice>
  )
}
