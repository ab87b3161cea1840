/** Guardians and others who may see one client's record: given, changed and ended by the office. */
import { Trans, useLingui } from '@lingui/react/macro'
import { PeopleWithAccess } from '../../grants/people-with-access.tsx'
import { Page } from '../../ui/page.tsx'
import { WayBack } from './components/way-back.tsx'

export function ClientPeoplePage({ clientId }: { clientId: string }) {
  const { t } = useLingui()
  const path = `/api/v1/staff/clients/${encodeURIComponent(clientId)}/access`
  return (
    <Page
      title={t`People with access to this record`}
      wide
      lead={<Trans>Guardians and caregivers. What you change is noted in the record under your name.</Trans>}
      above={<WayBack />}
    >
      <PeopleWithAccess path={path} invitationsPath={`${path}/invitations`} />
    </Page>
  )
}
