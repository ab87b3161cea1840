/** A client at a staff address, or staff at a client's: says so and shows the way. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { useSession } from '../replica/session-context.tsx'
import { Button, ButtonRow, buttonClass } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { Card } from '../ui/panel.tsx'
import { Door } from '../ui/shell.tsx'

export default function WrongDoor({ audience }: { audience: 'client' | 'staff' }) {
  const { t } = useLingui()
  const session = useSession()
  return (
    <Door>
      <Card>
        <Page title={audience === 'staff' ? t`This page is for staff` : t`You are signed in as staff`}>
          <ButtonRow>
            <Link to={audience === 'staff' ? '/' : '/staff'} className={buttonClass()}>
              {audience === 'staff' ? (
                <Trans>Go to your portal</Trans>
              ) : (
                <Trans>Go to the staff console</Trans>
              )}
            </Link>
            {audience === 'client' ? (
              <Button look="secondary" onClick={() => session.signOut({ force: false })}>
                <Trans>Sign out</Trans>
              </Button>
            ) : null}
          </ButtonRow>
        </Page>
      </Card>
    </Door>
  )
}
