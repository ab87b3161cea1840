/** Send was pressed a moment ago: it can still be taken back, and is nobody's message yet. */
import { Trans } from '@lingui/react/macro'
import { Undo2 } from 'lucide-react'
import type { Outgoing, ReplicaDatabase } from '../../../replica/replica-database.ts'
import { Button } from '../../../ui/button.tsx'
import styles from '../messages.module.css'
import { takeBack } from '../outgoing.ts'

interface JustSentProps {
  readonly replica: ReplicaDatabase
  readonly outgoing: Outgoing
}

export const JustSent = ({ replica, outgoing }: JustSentProps) => (
  <div className={styles.justSent} role="status">
    {outgoing.body.trim() ? <p className={styles.text}>{outgoing.body}</p> : null}
    {outgoing.attachments?.length ? (
      <p className={styles.soft}>{outgoing.attachments.map(({ name }) => name).join(', ')}</p>
    ) : null}
    <div className={styles.row}>
      <span className={styles.soft}>
        <Trans>Sending in a moment</Trans>
      </span>
      <Button look="secondary" onClick={() => void takeBack(replica, outgoing.id)}>
        <Undo2 size={18} aria-hidden />
        <Trans>Undo</Trans>
      </Button>
    </div>
  </div>
)
