/** Who is signed in here, and locking; signing out is in the frame of every page. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, HardDrive, Lock } from 'lucide-react'
import { useState } from 'react'
import { useOpenDrafts } from '../../drafts/open-drafts.tsx'
import { useSession, useSessionView, useSyncView } from '../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Card, Fact, Facts, Notice, Status } from '../../ui/panel.tsx'
import { AccountLinks } from './components/account-links.tsx'

export function AccountPage() {
  const { t } = useLingui()
  const session = useSession()
  const drafts = useOpenDrafts()
  const { person } = useSessionView()
  const { persisted } = useSyncView()
  const [unsaved, setUnsaved] = useState(false)
  const lock = async () => {
    const saved = await drafts.flushAll()
    setUnsaved(!saved)
    if (saved) await session.lock('user')
  }
  return (
    <Page title={t`Account`}>
      <Card>
        <Facts>
          <Fact name={t`Name`}>{person?.name}</Fact>
          <Fact name={t`Email`}>{person?.email}</Fact>
          <Fact name={t`This device`}>
            <Status icon={HardDrive} tone={persisted ? 'good' : 'plain'}>
              {persisted ? (
                <Trans>Sealed here; the browser has promised to keep it</Trans>
              ) : (
                <Trans>Sealed here; the browser may remove it when space runs out</Trans>
              )}
            </Status>
          </Fact>
        </Facts>
      </Card>
      {unsaved ? (
        <Notice icon={CircleAlert} tone="bad" role="alert">
          <p>
            <Trans>
              Not everything you typed could be saved on this device yet, so the portal stays open. It keeps
              trying; free some space on the device, then lock again.
            </Trans>
          </p>
        </Notice>
      ) : null}
      <AccountLinks />
      <ButtonRow>
        <Button look="secondary" onClick={lock}>
          <Lock size={18} aria-hidden />
          <Trans>Lock now</Trans>
        </Button>
      </ButtonRow>
      <p>
        <Trans>
          The portal locks by itself after 15 minutes without a touch. Locking keeps everything you typed.
        </Trans>
      </p>
    </Page>
  )
}
