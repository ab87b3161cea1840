/** Whose turn it is: take the conversation on, hand it to a colleague, or say that nothing is left to answer. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import { type StaffThread, threadPath } from '../messages-data.ts'
import styles from '../staff-messages.module.css'

interface WhoAnswersProps {
  readonly clientId: string
  readonly threadId: string
  readonly found: StaffThread
  readonly onChanged: () => void
}

export function WhoAnswers({ clientId, threadId, found, onChanged }: WhoAnswersProps) {
  const { t } = useLingui()
  const session = useSession()
  const [failed, setFailed] = useState(false)
  const put = async (what: 'assigned' | 'settled', body?: unknown) => {
    const path = `${threadPath(clientId, threadId)}/${what}`
    const { status } = await session.request({ method: 'PUT', path, ...(body !== undefined && { body }) })
    setFailed(status !== 200)
    if (status === 200) onChanged()
  }
  return (
    <div className={styles.turn}>
      <label htmlFor="who-answers">
        <Trans>Who answers</Trans>
      </label>
      <select
        id="who-answers"
        value={found.assigned?.accountId ?? ''}
        onChange={(event) => void put('assigned', { accountId: event.target.value || null })}
      >
        <option value="">{t`Nobody in particular`}</option>
        {found.colleagues.map(({ accountId, name }) => (
          <option key={accountId} value={accountId}>
            {name}
          </option>
        ))}
      </select>
      {found.waitingSince === null ? null : (
        <Button look="secondary" onClick={() => void put('settled')}>
          <Trans>Nothing left to answer</Trans>
        </Button>
      )}
      <p role="alert" className={styles.failed}>
        {failed ? (
          <Trans>This was not saved: the server did not take it. Try again in a moment.</Trans>
        ) : null}
      </p>
    </div>
  )
}
