import { Trans } from '@lingui/react/macro'
import { createFileRoute } from '@tanstack/react-router'
import { AccountPage } from '../../features/account/account-page.tsx'
import { RemoveFromDevice } from '../../features/sign-in/remove-from-device.tsx'

const Account = () => (
  <AccountPage
    signOut={
      <RemoveFromDevice look="secondary">
        <Trans>Sign out</Trans>
      </RemoveFromDevice>
    }
  />
)

export const Route = createFileRoute('/_portal/account')({ component: Account })
