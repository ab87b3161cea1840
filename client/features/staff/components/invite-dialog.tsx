/** An invitation: sent to the address on file, or shown once, to print or hand over. A newer one ends the older. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import Dialog from '../../../ui/dialog.tsx'
import { dateOf } from '../../../ui/time.ts'
import { type ClientAccount, type Invitation, invitePath, readInvitation, whyNot } from '../accounts-data.ts'
import styles from '../staff.module.css'
import { AccountTrouble } from './account-trouble.tsx'

interface InviteDialogProps {
  readonly client: ClientAccount
  readonly onClose: () => void
}

export default function InviteDialog({ client, onClose }: InviteDialogProps) {
  const { i18n, t } = useLingui()
  const session = useSession()
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const [made, setMade] = useState<Invitation | null>(null)
  const { name, canBeMailed } = client
  const invite = async (mail: boolean) => {
    setBusy(true)
    setWhy(null)
    const answer = await session.request({
      method: 'POST',
      path: invitePath(client.clientId),
      body: { mail },
    })
    setBusy(false)
    const invitation = answer.status === 200 ? readInvitation(answer.body) : null
    if (invitation === null) setWhy(whyNot(answer))
    else setMade(invitation)
  }
  const day = made === null ? '' : dateOf(i18n.locale, made.expiresAt)
  return (
    <Dialog
      title={t`Invite ${name}`}
      onClose={onClose}
      buttons={
        made === null ? (
          <>
            {canBeMailed ? (
              <Button busy={busy} onClick={() => invite(true)}>
                <Trans>Send it by email</Trans>
              </Button>
            ) : null}
            <Button look={canBeMailed ? 'secondary' : 'primary'} busy={busy} onClick={() => invite(false)}>
              <Trans>Show the link</Trans>
            </Button>
            <Button look="quiet" onClick={onClose}>
              <Trans>Cancel</Trans>
            </Button>
          </>
        ) : (
          <Button onClick={onClose}>
            <Trans>Done</Trans>
          </Button>
        )
      }
    >
      <AccountTrouble why={why} />
      {made === null ? (
        <p>
          {canBeMailed ? (
            <Trans>
              The invitation works once, for seven days, and asks for the date of birth. By email it goes to
              the address on file.
            </Trans>
          ) : (
            <Trans>
              There is no email address on file, so the link is shown here, to hand over in person. It works
              once, for seven days, and asks for the date of birth.
            </Trans>
          )}
        </p>
      ) : (
        <div role="status" className={styles.form}>
          <p>
            {made.mailed ? (
              <Trans>The invitation is on its way to the address on file. It is good until {day}.</Trans>
            ) : (
              <Trans>This link is shown only now. It is good until {day} and ends every earlier one.</Trans>
            )}
          </p>
          {made.mailed ? null : <code className={styles.link}>{made.link}</code>}
        </div>
      )}
    </Dialog>
  )
}
