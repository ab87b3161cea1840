/** Whether this device is told at once. The browser is asked for its permission here, after it was said what for. */
import { Trans } from '@lingui/react/macro'
import { BellRing, CircleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import {
  type PushChange,
  type PushState,
  readPush,
  turnPushOff,
  turnPushOn,
} from '../../../notices/this-device.ts'
import { useSession } from '../../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { Card, Notice } from '../../../ui/panel.tsx'
import styles from '../profile.module.css'

export function PushChoice() {
  const session = useSession()
  const [state, setState] = useState<PushState | null>(null)
  const [said, setSaid] = useState<PushChange | null>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    let gone = false
    void readPush().then((found) => {
      if (!gone) setState(found)
    })
    return () => {
      gone = true
    }
  }, [])
  const change = async (turn: typeof turnPushOn) => {
    setBusy(true)
    setSaid(null)
    setSaid(await turn(session))
    setState(await readPush())
    setBusy(false)
  }
  if (state === null) return null
  return (
    <Card>
      <p>
        <strong>
          <Trans>Push on this device</Trans>
        </strong>
      </p>
      {state === 'unsupported' ? (
        <p>
          <Trans>
            This browser cannot show notices here. On an iPhone or iPad, add the portal to the home screen and
            open it from there.
          </Trans>
        </p>
      ) : null}
      {state === 'blocked' ? (
        <p>
          <Trans>
            Notices of the portal are blocked in this browser. You can allow them in the browser’s settings
            for this site.
          </Trans>
        </p>
      ) : null}
      {state === 'off' ? (
        <p>
          <Trans>
            This device can show a notice when there is something new, also while the portal is closed. It
            says that there is something, never what: the lock screen can be read by others. Your browser asks
            for your permission next.
          </Trans>
        </p>
      ) : null}
      {state === 'on' ? (
        <p role="status">
          <Trans>This device shows a notice when there is something new. It ends when you sign out.</Trans>
        </p>
      ) : null}
      {state === 'off' || state === 'on' ? (
        <ButtonRow>
          <Button
            look="secondary"
            aria-disabled={busy}
            onClick={() => (busy ? undefined : change(state === 'on' ? turnPushOff : turnPushOn))}
          >
            <BellRing size={18} aria-hidden />
            {state === 'on' ? <Trans>Turn off on this device</Trans> : <Trans>Turn on on this device</Trans>}
          </Button>
        </ButtonRow>
      ) : null}
      {said === 'offline' || said === 'failed' ? (
        <Notice icon={CircleAlert} tone="bad" role="alert">
          <p>
            {said === 'offline' ? (
              <Trans>
                This needs the network. Nothing has changed; please try again when you are online.
              </Trans>
            ) : (
              <Trans>This device could not be subscribed. Nothing has changed; please try again later.</Trans>
            )}
          </p>
        </Notice>
      ) : null}
      <p className={styles.soft}>
        <Trans>What you are told of is chosen below, for all your devices.</Trans>
      </p>
    </Card>
  )
}
