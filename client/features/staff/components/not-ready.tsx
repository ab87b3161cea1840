/** While the server is asked, and when it did not give an answer. */
import { Trans } from '@lingui/react/macro'
import { CloudOff } from 'lucide-react'
import { Button } from '../../../ui/button.tsx'
import { Notice } from '../../../ui/panel.tsx'
import type { ServerData } from '../use-server-data.ts'

export function NotReady<T>({ data, again }: { data: ServerData<T>; again: () => void }) {
  if (data.state === 'loading')
    return (
      <p role="status">
        <Trans>Loading…</Trans>
      </p>
    )
  if (data.state !== 'failed') return null
  return (
    <Notice icon={CloudOff} tone="wait" role="alert">
      <p>
        {data.why === 'offline' ? (
          <Trans>The server cannot be reached. The staff console needs the network.</Trans>
        ) : null}
        {data.why === 'missing' ? <Trans>This does not exist, or is not yours to see.</Trans> : null}
        {data.why === 'forbidden' ? <Trans>Your role does not include this page.</Trans> : null}
        {data.why === 'unavailable' ? (
          <Trans>The server could not answer. Please try again in a moment.</Trans>
        ) : null}
      </p>
      <div>
        <Button look="secondary" onClick={again}>
          <Trans>Try again</Trans>
        </Button>
      </div>
    </Notice>
  )
}
