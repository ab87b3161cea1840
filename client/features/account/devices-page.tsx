/** Where this account is signed in, and how to end that from here: one device, all others, or one with all it holds. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, CircleCheckBig, CloudOff } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { useSession, useSyncView } from '../../replica/session-context.tsx'
import { BackToAccount } from '../../ui/back-to-account.tsx'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Notice, Progress } from '../../ui/panel.tsx'
import { DeviceCard } from './components/device-card.tsx'
import { type AccountDevice, DEVICES_PATH, type DeviceAction, readDevices } from './device-data.ts'

const ConfirmAction = lazy(() => import('./components/confirm-action.tsx'))

type Loaded =
  | { readonly state: 'loading' }
  | { readonly state: 'failed' }
  | { readonly state: 'ready'; readonly devices: readonly AccountDevice[] }

export function DevicesPage() {
  const { t } = useLingui()
  const session = useSession()
  const { link } = useSyncView()
  const [loaded, setLoaded] = useState<Loaded>({ state: 'loading' })
  const [asking, setAsking] = useState<DeviceAction | null>(null)
  const [done, setDone] = useState<DeviceAction['do'] | null>(null)
  const load = useCallback(async () => {
    const { status, body } = await session.request({ method: 'GET', path: DEVICES_PATH })
    const devices = status === 200 ? readDevices(body) : null
    setLoaded(devices === null ? { state: 'failed' } : { state: 'ready', devices })
  }, [session])
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the clinic can be reached again
  useEffect(() => void load(), [load, link === 'online'])

  const devices = loaded.state === 'ready' ? loaded.devices : []
  const others = devices.filter(({ current, revokedAt }) => !current && revokedAt === null)
  return (
    <Page
      title={t`Signed-in devices`}
      lead={
        <p>
          <Trans>Where your account is or was open. If you do not know one of them, sign it out.</Trans>
        </p>
      }
      above={<BackToAccount />}
    >
      {done === null ? null : (
        <Notice icon={CircleCheckBig} tone="good" role="status">
          <p>
            {done === 'wipe' ? (
              <Trans>Signed out. It removes everything at its next contact; you see here when it did.</Trans>
            ) : (
              <Trans>Signed out.</Trans>
            )}
          </p>
        </Notice>
      )}
      {loaded.state === 'loading' ? (
        <Progress value={0}>
          <Trans>Asking the clinic for your devices</Trans>
        </Progress>
      ) : null}
      {loaded.state === 'failed' ? <NotReached onAgain={load} /> : null}
      {devices.map((device) => (
        <DeviceCard key={device.id} device={device} onAsk={setAsking} />
      ))}
      {others.length > 1 ? (
        <ButtonRow>
          <Button look="secondary" onClick={() => setAsking({ do: 'sign-out-others' })}>
            <Trans>Sign out all other devices</Trans>
          </Button>
        </ButtonRow>
      ) : null}
      {asking === null ? null : (
        <Suspense>
          <ConfirmAction
            action={asking}
            onClose={() => setAsking(null)}
            onDone={() => {
              setDone(asking.do)
              setAsking(null)
              void load()
            }}
          />
        </Suspense>
      )}
    </Page>
  )
}

function NotReached({ onAgain }: { onAgain: () => Promise<void> }) {
  const { link } = useSyncView()
  const isSignInNeeded = link === 'sign-in-needed'
  return (
    <Notice icon={isSignInNeeded ? CircleAlert : CloudOff} tone="wait" role="status">
      <p>
        {isSignInNeeded ? (
          <Trans>Your session with the clinic has ended. Sign in again to see your devices.</Trans>
        ) : (
          <Trans>
            The list comes from the clinic, which cannot be reached now. Nothing was changed. Everything else
            in the portal works as before.
          </Trans>
        )}
      </p>
      <ButtonRow>
        <Button look="secondary" onClick={onAgain}>
          <Trans>Try again</Trans>
        </Button>
      </ButtonRow>
    </Notice>
  )
}
