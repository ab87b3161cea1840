/** Why it did not work: what happened, what is safe, what to do next. What was typed stays on the page. */
import { Trans } from '@lingui/react/macro'
import { CircleAlert, CloudOff, WifiOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { Notice } from '../../../ui/panel.tsx'
import type { CallFailure } from '../account-calls.ts'

interface CallFailureProps {
  readonly failure: CallFailure
  /** What to do about a code or a link that is not good. */
  readonly wrongCode?: ReactNode
  readonly taken?: ReactNode
}

/** Nothing is wrong: only not now, or not yet. */
const CALM: ReadonlySet<CallFailure['why']> = new Set(['unavailable', 'too-often', 'factor-needed'])

export function CallFailureNotice({ failure, wrongCode, taken }: CallFailureProps) {
  const { why } = failure
  if (why === 'offline')
    return (
      <Notice icon={CloudOff} tone="wait" role="alert">
        <p>
          <Trans>
            You are offline, so nothing was sent. What you typed is still here: press the button again once
            you are connected.
          </Trans>
        </p>
      </Notice>
    )
  if (why === 'captive')
    return (
      <Notice icon={WifiOff} tone="wait" role="alert">
        <p>
          <Trans>
            This network asks you to sign in to it first. Open any web page in another tab to do that, then
            come back: what you typed is still here.
          </Trans>
        </p>
      </Notice>
    )
  return (
    <Notice icon={CircleAlert} tone={CALM.has(why) ? 'wait' : 'bad'} role="alert">
      <p>
        {why === 'unavailable' ? (
          <Trans>
            The practice’s server did not answer. What you typed is still here: please try again in a moment.
          </Trans>
        ) : null}
        {why === 'too-often' ? (
          <Trans>
            This was tried too often in a short time. Nothing was changed. Use the newest message you have, or
            try again in an hour.
          </Trans>
        ) : null}
        {why === 'wrong-code' ? (wrongCode ?? <WrongCode />) : null}
        {why === 'taken' ? (taken ?? <Taken />) : null}
        {why === 'wrong-password' ? (
          <Trans>
            That is not your present password. Nothing was changed. After five wrong ones your account is
            closed for 30 minutes.
          </Trans>
        ) : null}
        {why === 'locked' ? (
          <Trans>
            There were too many wrong passwords. Nothing was changed, and what you saved is still there. Try
            again in 30 minutes.
          </Trans>
        ) : null}
        {why === 'factor-needed' ? (
          <Trans>
            Your account asks for a second step. Nothing was changed yet: enter a code below and press the
            button again.
          </Trans>
        ) : null}
        {why === 'wrong-factor' ? (
          <Trans>
            This code of your second step is not right, or was used already. Nothing was changed. Wait for the
            next one, or use a recovery code.
          </Trans>
        ) : null}
        {why === 'ended' ? (
          <Trans>
            Your session with the practice has ended. Nothing was changed. Lock the portal and unlock it with
            your password while you are connected, then try again.
          </Trans>
        ) : null}
        {why === 'not-understood' ? (
          <Trans>The practice’s server could not read this. Please check what you typed and try again.</Trans>
        ) : null}
        {'detail' in failure ? failure.detail : null}
      </p>
    </Notice>
  )
}

const WrongCode = () => (
  <Trans>
    This code is not right, or no longer good. Nothing was changed. Check the newest message, or ask for
    another code.
  </Trans>
)
const Taken = () => (
  <Trans>There is an account with this address already. Sign in, or choose a new password.</Trans>
)
