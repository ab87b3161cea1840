import { Trans } from '@lingui/react/macro'
import { CircleCheck, CircleHelp, CircleSlash2, CircleX, Hourglass, PackageCheck, Send } from 'lucide-react'
import type { RefillState as State } from '../../../../shared/domains/medications/refill-schema.ts'
import { Status } from '../../../ui/panel.tsx'

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
