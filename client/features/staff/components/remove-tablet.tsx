/** Before a tablet is removed: what becomes of what is on it; with answers that have not arrived it takes a reason. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import Dialog from '../../../ui/dialog.tsx'
import { TextField } from '../../../ui/field.tsx'
import { whyNot } from '../accounts-data.ts'
import { removeTabletPath, type StaffTablet } from '../kiosk-data.ts'
import { AccountTrouble } from './account-trouble.tsx'

interface RemoveTabletProps {
  readonly tablet: StaffTablet
  readonly onClose: () => void
}

export default function RemoveTablet({ tablet, onClose }: RemoveTabletProps) {
  const { t } = useLingui()
  const session = useSession()
  const [reason, setReason] = useState('')
  const [why, setWhy] = useState<string | null>(null)
  const { name, unsent } = tablet
  const needsReason = unsent > 0 || why === 'wrong_state'
  const remove = async () => {
    const body = needsReason ? { why: reason.trim() } : {}
    const answer = await session.request({ method: 'POST', path: removeTabletPath(tablet.id), body })
    if (answer.status === 204) onClose()
    else setWhy(whyNot(answer))
  }
  return (
    <Dialog
      title={t`Remove ${name}?`}
      onClose={onClose}
      buttons={
        <>
          <Button look="danger" onClick={remove}>
            <Trans>Remove and empty it</Trans>
          </Button>
          <Button look="secondary" onClick={onClose}>
            <Trans>Keep it</Trans>
          </Button>
        </>
      }
    >
      <p>
        <Trans>
          At its next contact it parks what is open, hands in what it has, and deletes everything. Until then
          it keeps what it holds, sealed.
        </Trans>
      </p>
      {needsReason ? (
        <>
          <p role="alert">
            <Plural
              value={unsent}
              _0="It holds answers that have not arrived. Connect it first, or say why it goes anyway."
              one="It holds # form that has not arrived. Connect it first, or say why it goes anyway."
              other="It holds # forms that have not arrived. Connect it first, or say why it goes anyway."
            />
          </p>
          <TextField id="why" label={t`Why`} value={reason} onChange={setReason} />
        </>
      ) : (
        <AccountTrouble why={why} />
      )}
    </Dialog>
  )
}
