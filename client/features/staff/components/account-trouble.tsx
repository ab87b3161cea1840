/** Why a change to an account was not made, in words: nothing was changed, and what to do. */
import { Trans } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import { Notice } from '../../../ui/panel.tsx'

export function AccountTrouble({ why }: { why: string | null }) {
  if (why === null) return null
  return (
    <Notice icon={CircleAlert} tone="bad" role="alert">
      <p>
        <Words why={why} />
      </p>
    </Notice>
  )
}

function Words({ why }: { why: string }) {
  if (why === 'already_exists')
    return (
      <Trans>There is an account with this address already. Nothing was changed; use another address.</Trans>
    )
  if (why === 'wrong_state')
    return (
      <Trans>
        This is not possible any more: somebody else may have been faster. Look at the list again.
      </Trans>
    )
  if (why === 'not_found')
    return <Trans>This account does not exist any more. Nothing was changed; look at the list again.</Trans>
  if (why === 'not_permitted') return <Trans>Your role does not include this. Nothing was changed.</Trans>
  if (why === 'unreachable')
    return (
      <Trans>
        The server cannot be reached. Nothing is known to have changed; try again once you are connected.
      </Trans>
    )
  return <Trans>The server could not do this. Look at the list again, then try once more.</Trans>
}
