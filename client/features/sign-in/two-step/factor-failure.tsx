/** Why a change of a second factor was not made, and that nothing was changed. */
import { Trans } from '@lingui/react/macro'
import { CircleAlert, CloudOff } from 'lucide-react'
import { Notice } from '../../../ui/panel.tsx'
import type { Failure } from './factor-data.ts'

export type ShownFailure = Failure | { readonly why: 'stopped' | 'not-here' | 'known-already' }

export function FactorFailure({ failure }: { failure: ShownFailure | null }) {
  if (failure === null) return null
  const isAway = failure.why === 'unreachable'
  return (
    <Notice icon={isAway ? CloudOff : CircleAlert} tone={isAway ? 'wait' : 'bad'} role="alert">
      <p>
        <Words failure={failure} />
      </p>
    </Notice>
  )
}

function Words({ failure }: { failure: ShownFailure }) {
  switch (failure.why) {
    case 'unreachable':
      return (
        <Trans>
          The clinic cannot be reached now. Nothing was changed; try again when you are connected.
        </Trans>
      )
    case 'wrong-code':
      return (
        <Trans>
          That did not match. Nothing was changed. Use the newest code, and check that the time of your phone
          is set automatically.
        </Trans>
      )
    case 'cancelled':
      return <Trans>Nothing was changed, because it was not confirmed who you are.</Trans>
    case 'begin-again':
      return <Trans>Your session with the clinic has ended. Sign in again; nothing was changed.</Trans>
    case 'stopped':
      return <Trans>No passkey was made. Nothing was changed; you can try again.</Trans>
    case 'not-here':
      return (
        <Trans>
          This browser or device cannot make a passkey here. Nothing was changed. An authenticator app works
          everywhere.
        </Trans>
      )
    case 'known-already':
      return <Trans>This device has a passkey for your account already.</Trans>
    default:
      return failure.detail
  }
}
