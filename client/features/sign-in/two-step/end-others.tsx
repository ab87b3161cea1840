/** After a change of a way in: whoever signed in elsewhere before it is still there, and need not be. */
import { Trans } from '@lingui/react/macro'
import { CircleCheckBig, MonitorSmartphone } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { Notice } from '../../../ui/panel.tsx'
import type { FactorCalls } from './factor-data.ts'
import type { ShownFailure } from './factor-failure.tsx'

interface EndOthersProps {
  readonly calls: Pick<FactorCalls, 'signOutOthers'>
  readonly onFailure: (failure: ShownFailure | null) => void
}

export function EndOthers({ calls, onFailure }: EndOthersProps) {
  const [standing, setStanding] = useState<'open' | 'busy' | 'done'>('open')
  const shown = useRef<HTMLDivElement>(null)
  // What was changed stands further down, on a phone out of sight of this.
  // Nothing is returned: newer browsers answer with a promise, which is no way to undo an effect.
  useEffect(() => {
    shown.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  const signOut = async () => {
    onFailure(null)
    setStanding('busy')
    const answer = await calls.signOutOthers()
    setStanding(answer.ok ? 'done' : 'open')
    if (!answer.ok) onFailure(answer.failure)
  }
  if (standing === 'done')
    return (
      <Notice icon={CircleCheckBig} tone="good" role="status">
        <p>
          <Trans>All other devices are signed out.</Trans>
        </p>
      </Notice>
    )
  return (
    <div ref={shown}>
      <Notice icon={MonitorSmartphone} tone="wait" role="status">
        <p>
          <Trans>Changed. Other devices where your account is open stay signed in.</Trans>
        </p>
        <ButtonRow>
          <Button look="secondary" disabled={standing === 'busy'} onClick={signOut}>
            <Trans>Sign out all other devices</Trans>
          </Button>
        </ButtonRow>
      </Notice>
    </div>
  )
}
