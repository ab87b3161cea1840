/** Says what is about to happen to a device, asks for the password where the server wants it, and does it. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import Dialog from '../../../ui/dialog.tsx'
import { Notice } from '../../../ui/panel.tsx'
import { PasswordField } from '../../../ui/password-field.tsx'
import { codeOf, type DeviceAction, requestOf } from '../device-data.ts'

interface ConfirmActionProps {
  readonly action: DeviceAction
  readonly onClose: () => void
  readonly onDone: () => void
}
type Problem = 'wrong' | 'locked' | 'unreachable' | 'gone'

const CONFIRM_PATH = '/api/v1/portal/auth/confirm'

export default function ConfirmAction({ action, onClose, onDone }: ConfirmActionProps) {
  const { t } = useLingui()
  const session = useSession()
  const id = useId()
  const [password, setPassword] = useState<string | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)

  const fail = (status: number, body: unknown) => {
    const code = codeOf(body)
    if (code === 'confirmation_needed') setPassword('')
    else if (code === 'wrong_credentials') setProblem('wrong')
    else if (code === 'account_locked' || status === 429) setProblem('locked')
    else setProblem(status === 404 ? 'gone' : 'unreachable')
  }
  const act = async () => {
    if (password !== null) {
      const confirmed = await session.request({ method: 'POST', path: CONFIRM_PATH, body: { password } })
      if (confirmed.status !== 204) return fail(confirmed.status, confirmed.body)
    }
    const answer = await session.request(requestOf(action))
    if (answer.status === 204) onDone()
    else fail(answer.status, answer.body)
  }
  const submit = async (event?: FormEvent) => {
    event?.preventDefault()
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
      {password === null ? null : (
        <form onSubmit={submit}>
          <PasswordField
            id={id}
            label={t`Your password`}
            hint={t`Asked again, so that nobody else does this in your place.`}
            value={password}
            onChange={setPassword}
          />
        </form>
      )}
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
  if (problem === 'wrong') return <Trans>That is not your password. Nothing was changed; try again.</Trans>
  if (problem === 'locked')
    return <Trans>Too many attempts. Nothing was changed; try again in half an hour.</Trans>
  if (problem === 'gone')
    return <Trans>This device is signed out already. Close this and look at the list again.</Trans>
  return (
    <Trans>The clinic cannot be reached now. Nothing was changed; try again when you are connected.</Trans>
  )
}
