/** Account → People with access: whom the client lets see their own record. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { PeopleWithAccess } from '../../grants/people-with-access.tsx'
import { backClass, Page } from '../../ui/page.tsx'

const BASE = '/api/v1/portal/access'

export function PeoplePage() {
  const { t } = useLingui()
  return (
    <Page
      title={t`People with access`}
      lead={<Trans>Somebody you trust can help you with your record, as far and as long as you say.</Trans>}
      above={
        <Link to="/account" className={backClass}>
          <ChevronLeft size={18} aria-hidden />
          <Trans>Account</Trans>
        </Link>
      }
    >
      <PeopleWithAccess path={`${BASE}/people`} invitationsPath={`${BASE}/invitations`} />
    </Page>
  )
}
