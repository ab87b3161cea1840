/** On a line of the calendar: that something was asked for this appointment and is still open. */
import { Trans } from '@lingui/react/macro'
import { CircleAlert, Hourglass } from 'lucide-react'
import type { Request } from '../../../../shared/domains/requests/schema.ts'
import { Status } from '../../../ui/panel.tsx'

export function AskedNote({ request }: { request: Request | undefined }) {
  if (request === undefined) return null
  if (request.status === 'needs-review')
    return (
      <Status icon={CircleAlert} tone="wait">
        <Trans>Your request needs another look</Trans>
      </Status>
    )
  return (
    <Status icon={Hourglass} tone="wait">
      {request.kind === 'cancel' ? (
        <Trans>You asked to cancel</Trans>
      ) : (
        <Trans>You asked for another time</Trans>
      )}
    </Status>
  )
}
