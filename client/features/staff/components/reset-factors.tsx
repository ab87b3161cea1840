/** Takes every second factor of somebody away whose phone and codes are gone. The reason goes to the audit trail. F11. */
import { Trans, useLingui } from '@lingui/react/macro'
import { type FormEvent, useState } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import Dialog from '../../../ui/dialog.tsx'
import { TextField } from '../../../ui/field.tsx'
import { resetFactorsPath, whyNot } from '../accounts-data.ts'
import styles from '../staff.module.css'
import { AccountTrouble } from './account-trouble.tsx'

interface ResetFactorsProps {
  readonly accountId: string
  readonly name: string
  readonly onClose: () => void
  readonly onDone: () => void
}

export default function ResetFactors({ accountId, name, onClose, onDone }: ResetFactorsProps) {
  const { t } = useLingui()
  const session = useSession()
  const [reason, setReason] = useState('')
  const [attempted, setAttempted] = useState(false)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const submit = async (event?: FormEvent) => {
    event?.preventDefault()
    setAttempted(true)
    setWhy(null)
    if (reason.trim() === '') return
    setBusy(true)
    const path = resetFactorsPath(accountId)
    const answer = await session.request({ method: 'POST', path, body: { reason: reason.trim() } })
    setBusy(false)
    if (answer.status === 204) onDone()
    else setWhy(whyNot(answer))
  }
  return (
    <Dialog
      title={t`Reset the two-step sign-in of ${name}?`}
      onClose={onClose}
      buttons={
        <>
          <Button look="danger" busy={busy} onClick={() => submit()}>
            <Trans>Take all second steps away</Trans>
          </Button>
          <Button look="secondary" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </>
      }
    >
      <AccountTrouble why={why} />
      <p>
        <Trans>
          Authenticator app, passkeys and recovery codes stop working, and the password alone is asked for
          until others are set up. Make sure that it is really them: call back on the number you have on file.
          They are told by email.
        </Trans>
      </p>
      <form onSubmit={submit} noValidate className={styles.form}>
        <TextField
          id="reset-reason"
          label={t`Reason, for the audit trail`}
          value={reason}
          onChange={setReason}
          error={attempted && reason.trim() === '' ? t`Say why, in a few words` : undefined}
        />
      </form>
    </Dialog>
  )
}
