/** One device: what it is called, when and where it was used last, and whether it has emptied itself yet. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleCheckBig, Clock3, MonitorSmartphone, Trash2 } from 'lucide-react'
import { useId } from 'react'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { Card, Fact, Facts, Status } from '../../../ui/panel.tsx'
import { recentOf } from '../../../ui/time.ts'
import type { AccountDevice, DeviceAction } from '../device-data.ts'

interface DeviceCardProps {
  readonly device: AccountDevice
  readonly onAsk: (action: DeviceAction) => void
}

export function DeviceCard({ device, onAsk }: DeviceCardProps) {
  const { i18n, t } = useLingui()
  const title = useId()
  const { name, lastSeenAt, lastIp, revokedAt, current } = device
  const time = lastSeenAt === null ? null : recentOf(i18n.locale, lastSeenAt, Date.now())
  return (
    <Card labelledBy={title}>
      <h2 id={title}>{name}</h2>
      <Standing device={device} />
      <Facts>
        <Fact name={t`Last used`}>{time ?? <Trans>Not yet</Trans>}</Fact>
        {lastIp === null ? null : <Fact name={t`From the network address`}>{lastIp}</Fact>}
      </Facts>
      {current || revokedAt !== null ? null : (
        <ButtonRow>
          <Button look="secondary" aria-describedby={title} onClick={() => onAsk({ do: 'sign-out', device })}>
            <Trans>Sign out</Trans>
          </Button>
          <Button look="quiet" aria-describedby={title} onClick={() => onAsk({ do: 'wipe', device })}>
            <Trash2 size={18} aria-hidden />
            <Trans>Lost it: remove everything from it</Trans>
          </Button>
        </ButtonRow>
      )}
    </Card>
  )
}

function Standing({ device: { current, signedIn, revokedAt, wipedAt } }: { device: AccountDevice }) {
  const { i18n } = useLingui()
  if (current)
    return (
      <Status icon={MonitorSmartphone} tone="info" pill>
        <Trans>This device</Trans>
      </Status>
    )
  if (wipedAt !== null) {
    const wiped = recentOf(i18n.locale, wipedAt, Date.now())
    return (
      <Status icon={CircleCheckBig} tone="good">
        <Trans>Removed everything at {wiped}</Trans>
      </Status>
    )
  }
  if (revokedAt !== null)
    return (
      <Status icon={Clock3} tone="wait">
        <Trans>Signed out; removes everything at its next contact with the clinic</Trans>
      </Status>
    )
  return (
    <Status icon={MonitorSmartphone}>
      {signedIn ? <Trans>Signed in now</Trans> : <Trans>Not in use at the moment</Trans>}
    </Status>
  )
}
