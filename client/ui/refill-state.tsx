/** Where a request for a refill is on its way, in words and with an icon. */
import { Trans } from '@lingui/react/macro'
import { CircleCheck, CircleHelp, CircleSlash2, CircleX, Hourglass, PackageCheck, Send } from 'lucide-react'
import { Status } from './panel.tsx'

type State = 'requested' | 'more-information' | 'approved' | 'declined' | 'sent' | 'done' | 'withdrawn'

export function RefillState({ status }: { status: State }) {
  switch (status) {
    case 'requested':
      return (
        <Status icon={Hourglass} tone="wait" pill>
          <Trans>Waiting for your practice</Trans>
        </Status>
      )
    case 'more-information':
      return (
        <Status icon={CircleHelp} tone="wait" pill>
          <Trans>Your practice has a question</Trans>
        </Status>
      )
    case 'approved':
      return (
        <Status icon={CircleCheck} tone="good" pill>
          <Trans>Approved</Trans>
        </Status>
      )
    case 'declined':
      return (
        <Status icon={CircleX} tone="bad" pill>
          <Trans>Not approved</Trans>
        </Status>
      )
    case 'sent':
      return (
        <Status icon={Send} tone="good" pill>
          <Trans>Sent to the pharmacy</Trans>
        </Status>
      )
    case 'done':
      return (
        <Status icon={PackageCheck} tone="good" pill>
          <Trans>Done</Trans>
        </Status>
      )
    case 'withdrawn':
      return (
        <Status icon={CircleSlash2} pill>
          <Trans>Withdrawn</Trans>
        </Status>
      )
  }
}
