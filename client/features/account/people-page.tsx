/** Account → People with access: whom the client lets see their own record. */
import { Trans, useLingui } from '@lingui/react/macro'
import { PeopleWithAccess } from '../../grants/people-with-access.tsx'
import { BackToAccount } from '../../ui/back-to-account.tsx'
import { Page } from '../../ui/page.tsx'

const BASE = '/api/v1/portal/access'

export function PeoplePage() {
  const { t } = useLingui()
  return (
    <Page
      title={t`People with access`}
      lead={<Trans>Somebody you trust can help you with your record, as far and as long as you say.</Trans>}
      above={<BackToAccount />}
    >
      <PeopleWithAccess path={`${BASE}/people`} invitationsPath={`${BASE}/invitations`} />
    </Page>
  )
}
