/** Before this browser is a tablet of the practice, and where it cannot be or is not any more. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, TabletSmartphone } from 'lucide-react'
import { useState } from 'react'
import { readCode } from '../../../shared/domains/kiosk/code.ts'
import type { Tablet } from '../../kiosk/tablet.ts'
import type { EnrolAnswer } from '../../kiosk/tablet-port.ts'
import { Button } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Notice } from '../../ui/panel.tsx'
import { CodeEntry } from './code-entry.tsx'

function Trouble({ why }: { why: EnrolAnswer }) {
  return (
    <Notice icon={CircleAlert} tone="bad" role="alert">
      <p>
        {why === 'wrong_code' ? (
          <Trans>This code is not right, was used, or is older than 15 minutes. Make a new one.</Trans>
        ) : null}
        {why === 'offline' ? (
          <Trans>The practice’s server does not answer. Adding a tablet needs the network, this once.</Trans>
        ) : null}
        {why === 'limited' ? <Trans>Too many attempts. Wait a few minutes, then try again.</Trans> : null}
        {why === 'storage' ? <Trans>This browser cannot keep anything. Leave private mode.</Trans> : null}
      </p>
    </Notice>
  )
}

export function EnrolPage({ tablet, given }: { tablet: Tablet; given: string }) {
  const { t } = useLingui()
  const [code, setCode] = useState(given)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<EnrolAnswer | null>(null)
  const enrol = async (typed: string) => {
    const read = readCode(typed)
    setCode(typed)
    if (read === undefined) return setWhy('wrong_code')
    setBusy(true)
    const answer = await tablet.enrol({ code: read }).catch((): EnrolAnswer => 'storage')
    setBusy(false)
    setWhy(answer === 'ok' ? null : answer)
  }
  return (
    <Page
      title={t`Make this a tablet of the practice`}
      lead={
        <Trans>
          In the staff console, under Tablets, add a tablet. Then type the code that is shown there, or hold
          the picture of it in front of the camera. From then on this browser is for the waiting room alone.
        </Trans>
      }
    >
      {why === null || why === 'ok' ? null : <Trouble why={why} />}
      <CodeEntry
        id="enrol-code"
        what="tablet"
        code={code}
        onChange={setCode}
        onSubmit={() => void enrol(code)}
        onScanned={(seen) => void enrol(seen)}
        buttons={
          <Button type="submit" busy={busy}>
            <Trans>Add this tablet</Trans>
          </Button>
        }
      />
    </Page>
  )
}

export function NoTablet({ state }: { state: 'other-data' | 'unknown' | 'left' }) {
  const { t } = useLingui()
  const titles = {
    'other-data': t`This browser is somebody’s portal`,
    left: t`This tablet was removed, and is empty`,
    unknown: t`The practice does not know this tablet any more`,
  }
  return (
    <Page title={titles[state]}>
      <Notice icon={TabletSmartphone} tone="wait">
        <p>
          {state === 'other-data' ? (
            <Trans>
              Somebody has signed in here. Nothing of that was touched. Sign out there first, or use another
              browser.
            </Trans>
          ) : state === 'left' ? (
            <Trans>All that it held has arrived or was given up by staff. It can be added again.</Trans>
          ) : (
            <Trans>What it holds stays sealed on it. Please show it to whoever looks after the portal.</Trans>
          )}
        </p>
      </Notice>
    </Page>
  )
}
