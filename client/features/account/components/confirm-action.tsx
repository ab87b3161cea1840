/** Says what is about to happen to a device, and does it. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import { useState } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import Dialog from '../../../ui/dialog.tsx'
import { Notice } from '../../../ui/panel.tsx'
import { codeOf, type DeviceAction, requestOf } from '../device-data.ts'

interface ConfirmActionProps {
  readonly action: DeviceAction
  readonly onClose: () => void
  readonly onDone: () => void
}
type Problem = 'unconfirmed' | 'unreachable' | 'gone'

export default function ConfirmAction({ action, onClose, onDone }: ConfirmActionProps) {
  const { t } = useLingui()
  const session = useSession()
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)

  const fail = (status: number, body: unknown) => {
    const code = codeOf(body)
    if (code === 'confirmation_needed' || code === 'step_up_required') setProblem('unconfirmed')
    else setProblem(status === 404 ? 'gone' : 'unreachable')
  }
  const act = async () => {
    const answer = await session.request(requestOf(action))
    if (answer.status === 204) onDone()
    else fail(answer.status, answer.body)
  }
  const submit = async () => {
    setProblem(null)
    setBusy(true)
    await act()
    setBusy(false)
  }
  const name = action.do === 'sign-out-others' ? '' : action.device.name
  return (
    <Dialog
      title={action.do === 'sign-out-others' ? t`Sign out all other devices?` : t`Sign out “${name}”?`}
      onClose={onClose}
      buttons={
        <>
          <Button look={action.do === 'wipe' ? 'danger' : 'primary'} busy={busy} onClick={() => submit()}>
            {action.do === 'wipe' ? <Trans>Sign out and remove everything</Trans> : <Trans>Sign out</Trans>}
          </Button>
          <Button look="secondary" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </>
      }
    >
      <p>
        {action.do === 'wipe' ? (
          <Trans>
            At its next contact with the clinic it hands in what it has not sent, then removes everything.
            Until then, what it holds stays sealed and opens only with its password. It cannot sign in again.
          </Trans>
        ) : (
          <Trans>
            It has to sign in again before it exchanges anything with the clinic. What it holds stays on it,
            sealed; nothing that was typed there is lost.
          </Trans>
        )}
      </p>
      {problem === null ? null : (
        <Notice icon={CircleAlert} tone="bad" role="alert">
          <p>
            <ProblemText problem={problem} />
          </p>
        </Notice>
      )}
    </Dialog>
  )
}

function ProblemText({ problem }: { problem: Problem }) {
  if (problem === 'unconfirmed')
    return <Trans>Nothing was changed, because it was not confirmed who you are.</Trans>
  if (problem === 'gone')
    return <Trans>This device is signed out already. Close this and look at the list again.</Trans>
  return (
    <Trans>The clinic cannot be reached now. Nothing was changed; try again when you are connected.</Trans>
  )
}
