/** What became of a withdrawal, and the way back. */
import { Trans } from '@lingui/react/macro'
import { CircleAlert, CircleCheckBig, Undo2 } from 'lucide-react'
import { Button } from '../../../ui/button.tsx'
import { Notice } from '../../../ui/panel.tsx'
import type { Sharing } from '../documents-data.ts'
import type { Withdrawal } from '../use-withdrawal.ts'

export function WithdrawnAlert({ withdrawal: { state } }: { withdrawal: Withdrawal }) {
  if (state !== 'failed' && state !== 'not-shared') return null
  return (
    <Notice icon={CircleAlert} tone="bad" role="alert">
      <p>
        {state === 'failed' ? (
          <Trans>The document was not withdrawn. Try once more.</Trans>
        ) : (
          <Trans>The document was not shared again. Try once more.</Trans>
        )}
      </p>
    </Notice>
  )
}

interface WithdrawnProps {
  readonly withdrawal: Withdrawal
  readonly onUndo: (again: Sharing) => void
}

/** For a place that is read out when it changes. */
export function Withdrawn({ withdrawal, onUndo }: WithdrawnProps) {
  const { state, title, again } = withdrawal
  if (title === undefined) return null
  if (state === 'shared')
    return (
      <Notice icon={CircleCheckBig} tone="good">
        <p>
          <Trans>“{title}” is shared again.</Trans>
        </p>
      </Notice>
    )
  return (
    <Notice icon={CircleCheckBig} tone="good">
      <p>
        <Trans>“{title}” is withdrawn. Devices let go of it at their next contact.</Trans>
      </p>
      {again === undefined ? null : (
        <Button look="secondary" busy={state === 'sharing'} onClick={() => onUndo(again)}>
          <Undo2 size={18} aria-hidden />
          <Trans>Undo</Trans>
        </Button>
      )}
    </Notice>
  )
}
