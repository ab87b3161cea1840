/** What can be asked about one appointment, or what was asked already. */
import { Trans } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { Appointment } from '../../../../shared/domains/appointments/schema.ts'
import { canBeChanged, isOpen } from '../../../../shared/domains/requests/rules.ts'
import { useSyncView } from '../../../replica/session-context.tsx'
import { ButtonRow, buttonClass } from '../../../ui/button.tsx'
import { Part } from '../../../ui/page.tsx'
import { zoneOf } from '../by-day.ts'
import { useRequests } from '../queries.ts'
import { RequestCard } from './request-card.tsx'

export function VisitRequests({ visit, now }: { visit: Appointment; now: number }) {
  const requests = useRequests()
  const { items } = useSyncView()
  if (requests === undefined) return null
  const open = requests.filter((request) => request.subjectId === visit.id && isOpen(request))
  if (open.length > 0)
    return (
      <Part id="requests" title={<Trans>What you asked for</Trans>}>
        {open.map((request) => (
          <RequestCard
            key={request.id}
            request={request}
            visit={visit}
            item={items.find(({ documentId }) => documentId === request.id)}
            timeZone={zoneOf(visit)}
          />
        ))}
      </Part>
    )
  if (!canBeChanged(visit, now)) return null
  const params = { appointmentId: visit.id }
  return (
    <ButtonRow>
      <Link to="/appointments/$appointmentId/reschedule" params={params} className={buttonClass('secondary')}>
        <Trans>Ask for another time</Trans>
      </Link>
      <Link to="/appointments/$appointmentId/cancel" params={params} className={buttonClass('quiet')}>
        <Trans>Cancel this appointment</Trans>
      </Link>
    </ButtonRow>
  )
}
