/** Why nobody is in yet, in plain words and with what to do about it. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, CloudOff, Lock, WifiOff } from 'lucide-react'
import type { SignInFailure } from '../../replica/portal-session.ts'
import { Notice } from '../../ui/panel.tsx'
import { clockOf } from '../../ui/time.ts'

interface FailureProps {
  readonly reason: SignInFailure
  readonly unlocking: boolean
  readonly retryAt?: number | undefined
}

export function SignInFailureNotice({ reason, unlocking, retryAt }: FailureProps) {
  const { i18n } = useLingui()
  const time = retryAt === undefined ? null : clockOf(i18n.locale, retryAt)
  if (reason === 'offline')
    return (
      <Notice icon={CloudOff} role="alert">
        <p>
          <Trans>
            You are offline. The first sign-in on a device needs the network once; after that the portal opens
            without it.
          </Trans>
        </p>
      </Notice>
    )
  if (reason === 'captive')
    return (
      <Notice icon={WifiOff} tone="wait" role="alert">
        <p>
          <Trans>
            This network asks you to sign in to it first. Open any web page to do that, then come back here.
          </Trans>
        </p>
      </Notice>
    )
  if (reason === 'account_locked')
    return (
      <Notice icon={Lock} tone="wait" role="alert">
        <p>
          <Trans>
            There were too many attempts. For your safety, sign-in is closed for 30 minutes. What you saved on
            your devices is still there.
          </Trans>
        </p>
      </Notice>
    )
  if (reason === 'password_off')
    return (
      <Notice icon={Lock} tone="wait" role="alert">
        <p>
          <Trans>
            There were too many wrong passwords, so the password alone no longer opens this device. Nothing
            was deleted. Sign in with the network, and everything you saved here is back.
          </Trans>
        </p>
      </Notice>
    )
  if (reason === 'not_handed_in')
    return (
      <Notice icon={Lock} tone="wait" role="alert">
        <p>
          <Trans>
            This device was signed out from elsewhere, and something on it is not sent yet. Only the password
            that it had then, or its passkey, opens it. Unlock it with that, and it is handed in before
            everything here is removed.
          </Trans>
        </p>
      </Notice>
    )
  if (reason === 'lease_ended' || reason === 'clock_set_back')
    return (
      <Notice icon={CloudOff} tone="wait" role="alert">
        <p>
          {reason === 'lease_ended' ? (
            <Trans>
              This device has not heard from the clinic for a while, so it asks for the network once. Nothing
              was deleted, and what was not sent yet is kept. Connect to the internet and try again.
            </Trans>
          ) : (
            <Trans>
              This device's clock was set back, so it asks for the network once. Nothing was deleted, and what
              was not sent yet is kept. Connect to the internet and try again.
            </Trans>
          )}
        </p>
      </Notice>
    )
  return (
    <Notice icon={CircleAlert} tone={reason === 'unavailable' ? 'wait' : 'bad'} role="alert">
      <p>
        {reason === 'wrong_credentials' && unlocking ? (
          <Trans>
            That password does not open this device. Please check it and try again. If you changed it
            elsewhere, sign in with your email: nothing that is saved here gets lost.
          </Trans>
        ) : null}
        {reason === 'wrong_credentials' && !unlocking ? (
          <Trans>The email or the password is not right. Please check both and try again.</Trans>
        ) : null}
        {reason === 'backed_off' ? (
          time === null ? (
            <Trans>There were several wrong attempts. Please wait a moment before the next one.</Trans>
          ) : (
            <Trans>There were several wrong attempts. You can try again at {time}.</Trans>
          )
        ) : null}
        <StepFailure reason={reason} />
        {reason === 'unavailable' ? (
          <Trans>The clinic's server does not answer at the moment. Please try again in a few minutes.</Trans>
        ) : null}
        {reason === 'storage' ? (
          <Trans>
            This browser does not let the portal save anything. Leave private browsing, or free some space,
            and try again.
          </Trans>
        ) : null}
      </p>
    </Notice>
  )
}

function StepFailure({ reason }: { reason: SignInFailure }) {
  if (reason === 'wrong_factor')
    return <Trans>That code is not right, or was used already. Nothing was changed.</Trans>
  if (reason === 'step_ended')
    return <Trans>That took too long, or was tried too often. Sign in again; nothing was changed.</Trans>
  return null
}
