/** A message that has not gone: it can be written on, and where a file of it was refused it can go without that one. */
import { Trans } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import { Undo2 } from 'lucide-react'
import { useState } from 'react'
import type { Message } from '../../../../shared/domains/messages/schema.ts'
import { useWithoutRefused } from '../../../replica/refused-files.ts'
import { useReplica, useSession } from '../../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { SendWithout } from '../../../ui/send-without.tsx'
import styles from '../messages.module.css'
import { NEW, writeAgain } from '../outgoing.ts'

function useEditAgain(message: Message) {
  const replica = useReplica()
  const navigate = useNavigate()
  const [late, setLate] = useState(false)
  const edit = async (end: () => Promise<boolean>) => {
    if (replica === null) return
    const place = await writeAgain(replica, message, end)
    setLate(place === null)
    // Its conversation was this message alone.
    if (place === NEW) void navigate({ to: '/messages/new' })
  }
  return { edit, late }
}

const TooLate = ({ late }: { late: boolean }) => (
  <p role="status" className={styles.soft}>
    {late ? <Trans>It cannot be taken back any more.</Trans> : null}
  </p>
)

/** Its files are on their way, and it waits for them. */
export function TakeBack({ message }: { message: Message }) {
  const session = useSession()
  const { edit, late } = useEditAgain(message)
  return (
    <div>
      <Button look="quiet" onClick={() => void edit(() => session.takeBackMessage(message.id))}>
        <Undo2 size={18} aria-hidden />
        <Trans>Do not send yet: edit it again</Trans>
      </Button>
      <TooLate late={late} />
    </div>
  )
}

/** The clinic did not take it. `mutation`: what it refused. */
export function NotTaken({ message, mutation }: { message: Message; mutation: number }) {
  const session = useSession()
  const without = useWithoutRefused(message)
  const { edit, late } = useEditAgain(message)
  const discard = async () => {
    await session.discard(mutation)
    return true
  }
  const send = without?.send
  return (
    <div>
      <ButtonRow>
        {without && send ? <SendWithout count={without.names.length} onSend={() => void send()} /> : null}
        <Button look="secondary" onClick={() => void edit(discard)}>
          <Undo2 size={18} aria-hidden />
          <Trans>Edit it again</Trans>
        </Button>
      </ButtonRow>
      <TooLate late={late} />
    </div>
  )
}
