/** The devices of one client, for a call that says "I lost my phone": which there are, and taking everything off one. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CircleAlert, MonitorSmartphone } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useSession } from '../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Card, EmptyState, Fact, Facts, Notice } from '../../ui/panel.tsx'
import { momentOf } from '../../ui/time.ts'
import { NotReady } from './components/not-ready.tsx'
import { WayBack } from './components/way-back.tsx'
import { type ClientDevice, clientDevicesPath, readClientDevices } from './staff-data.ts'
import { useServerData } from './use-server-data.ts'

const Dialog = lazy(() => import('../../ui/dialog.tsx'))

function DeviceLine({ device, onAsk }: { device: ClientDevice; onAsk: () => void }) {
  const { i18n, t } = useLingui()
  const { id, name, lastSeenAt, lastIp, revokedAt, wipedAt } = device
  const at = (time: number) => momentOf(i18n.locale, time)
  return (
    <Card labelledBy={`device-${id}`}>
      <h2 id={`device-${id}`}>{name}</h2>
      <Facts>
        <Fact name={t`Last used`}>{lastSeenAt === null ? <Trans>Not yet</Trans> : at(lastSeenAt)}</Fact>
        {lastIp === null ? null : <Fact name={t`From the network address`}>{lastIp}</Fact>}
        {revokedAt === null ? null : <Fact name={t`Signed out for good`}>{at(revokedAt)}</Fact>}
        {revokedAt === null ? null : (
          <Fact name={t`Removed everything`}>
            {wipedAt === null ? <Trans>Not yet: at its next contact</Trans> : at(wipedAt)}
          </Fact>
        )}
      </Facts>
      {revokedAt === null ? (
        <ButtonRow>
          <Button look="secondary" aria-describedby={`device-${id}`} onClick={onAsk}>
            <Trans>Lost: sign out and remove everything</Trans>
          </Button>
        </ButtonRow>
      ) : null}
    </Card>
  )
}

export function ClientDevicesPage({ clientId }: { clientId: string }) {
  const { t } = useLingui()
  const session = useSession()
  const { data, again } = useServerData(clientDevicesPath(clientId), readClientDevices)
  const [asking, setAsking] = useState<ClientDevice | null>(null)
  const [failed, setFailed] = useState(false)
  const devices = data.state === 'ready' ? data.value : []
  const wipe = async (device: ClientDevice) => {
    const path = `${clientDevicesPath(clientId)}/${device.id}`
    const { status } = await session.request({ method: 'DELETE', path })
    setFailed(status !== 204)
    setAsking(null)
    again()
  }
  const name = asking?.name ?? ''
  return (
    <Page title={t`Devices of this client`} wide above={<WayBack />}>
      <NotReady data={data} again={again} />
      {failed ? (
        <Notice icon={CircleAlert} tone="bad" role="alert">
          <p>
            <Trans>The device was not signed out. Look at the list again and try once more.</Trans>
          </p>
        </Notice>
      ) : null}
      {data.state === 'ready' && devices.length === 0 ? (
        <EmptyState icon={MonitorSmartphone} title={<Trans>No devices</Trans>}>
          <p>
            <Trans>This client has not signed in to the portal on any device yet.</Trans>
          </p>
        </EmptyState>
      ) : null}
      {devices.map((device) => (
        <DeviceLine key={device.id} device={device} onAsk={() => setAsking(device)} />
      ))}
      <p>
        <Link to="/staff/clients/$clientId/access" params={{ clientId }}>
          <Trans>People with access to this record</Trans>
        </Link>
      </p>
      <p>
        <Link to="/staff/clients/$clientId/closing" params={{ clientId }}>
          <Trans>Close this record</Trans>
        </Link>
      </p>
      {asking === null ? null : (
        <Suspense>
          <Dialog
            title={t`Remove everything from “${name}”?`}
            onClose={() => setAsking(null)}
            buttons={
              <>
                <Button look="danger" onClick={() => wipe(asking)}>
                  <Trans>Sign out and remove everything</Trans>
                </Button>
                <Button look="secondary" onClick={() => setAsking(null)}>
                  <Trans>Cancel</Trans>
                </Button>
              </>
            }
          >
            <p>
              <Trans>
                At its next contact it hands in what it has not sent, then removes everything. It cannot sign
                in again. This is noted in the client’s record under your name.
              </Trans>
            </p>
          </Dialog>
        </Suspense>
      )}
    </Page>
  )
}
