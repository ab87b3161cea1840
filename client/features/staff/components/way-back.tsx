/** From a page about one client to the list that it was opened from: of clinicians the inbox, of all others the clients. */
import { Trans } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { useSessionView } from '../../../replica/session-context.tsx'
import { backClass } from '../../../ui/page.tsx'

export function WayBack() {
  const isClinician = useSessionView().person?.role === 'clinician'
  return (
    <Link to={isClinician ? '/staff' : '/staff/clients'} className={backClass}>
      <ChevronLeft size={18} aria-hidden />
      {isClinician ? <Trans>Inbox</Trans> : <Trans>Clients</Trans>}
    </Link>
  )
}
