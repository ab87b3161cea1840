/** One passkey: another name for it, or its end. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import Dialog from '../../../ui/dialog.tsx'
import { TextField } from '../../../ui/field.tsx'
import type { Answer, FactorCalls, KnownPasskey } from './factor-data.ts'
import { FactorFailure, type ShownFailure } from './factor-failure.tsx'

interface PasskeyDialogProps {
  readonly calls: FactorCalls
  readonly passkey: KnownPasskey
  readonly title: string
  readonly onClose: () => void
  readonly onChanged: () => void
}

export default function PasskeyDialog({ calls, passkey, title, onClose, onChanged }: PasskeyDialogProps) {
  const { t } = useLingui()
  const session = useSession()
  const [name, setName] = useState(passkey.name)
  const [failure, setFailure] = useState<ShownFailure | null>(null)
  const act = async (change: () => Promise<Answer<unknown>>, after?: () => Promise<unknown>) => {
    setFailure(null)
    const answer = await change()
    if (!answer.ok) return setFailure(answer.failure)
    await after?.()
    onChanged()
  }
  const rename = () => act(() => calls.renamePasskey(passkey.id, name.trim()))
  // What it opened here is closed too.
  const remove = () =>
    act(
      () => calls.removePasskey(passkey.id),
      () => session.removePasskeySlot({ credentialId: passkey.credentialId }),
    )
  return (
    <Dialog
      title={title}
      onClose={onClose}
      buttons={
        <>
          <Button onClick={() => name.trim() !== '' && rename()}>
            <Trans>Save the name</Trans>
          </Button>
          <Button look="danger" onClick={remove}>
            <Trans>Remove this passkey</Trans>
          </Button>
          <Button look="secondary" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </>
      }
    >
      <FactorFailure failure={failure} />
      <TextField
        id="passkey-name"
        label={t`Name`}
        value={name}
        onChange={(value) => setName(value.slice(0, 60))}
        error={name.trim() === '' ? t`Give it a name` : undefined}
      />
      <p>
        <Trans>
          A passkey that you remove here does not open your account any more. You can delete it from your
          device too, in the settings of its passwords.
        </Trans>
      </p>
    </Dialog>
  )
}
