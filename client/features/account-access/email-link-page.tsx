/**
 * The two links about a changed address: confirming it, and taking it back. Both wait for a press: programs that open
 * every link of a mail change nothing. L14, L15.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CircleCheckBig } from 'lucide-react'
import { useState } from 'react'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Card, Notice } from '../../ui/panel.tsx'
import { AccessPage } from './components/access-page.tsx'
import { CallFailureNotice } from './components/call-failure.tsx'
import { DeadLink } from './components/dead-link.tsx'
import { NeedsNetwork } from './components/needs-network.tsx'
import { isLinkSecret } from './typed-values.ts'
import { useCall } from './use-call.ts'

interface EmailLinkPageProps {
  readonly change: 'confirm' | 'undo'
  readonly secret: string | null
}

export function EmailLinkPage({ change, secret }: EmailLinkPageProps) {
  const { t } = useLingui()
  const call = useCall()
  const [isDone, setDone] = useState(false)
  const isUndo = change === 'undo'
  const title = isUndo ? t`Take the change of address back` : t`Confirm your new address`
  if (isDone) return isUndo ? <TakenBack /> : <Confirmed />
  if (secret === null || !isLinkSecret(secret)) return <DeadLink title={title} />
  const press = async () => {
    const done = await call.run((calls) => (isUndo ? calls.undoEmail(secret) : calls.confirmEmail(secret)))
    if (done) setDone(true)
  }
  return (
    <AccessPage title={title}>
      <NeedsNetwork>
        <Trans>Changing your address needs a connection.</Trans>
      </NeedsNetwork>
      {call.failure ? (
        <CallFailureNotice
          failure={call.failure}
          wrongCode={
            <Trans>
              This link was used already, or is too old. If you pressed the button before, it has worked;
              otherwise nothing was changed. If you are not sure, call your practice.
            </Trans>
          }
        />
      ) : null}
      <Card>
        <p>
          {isUndo ? (
            <Trans>
              You sign in with your old address again. Every device is signed out, the present password opens
              nothing any more, and we send you a link to choose a new one. What is saved on your devices
              stays there.
            </Trans>
          ) : (
            <Trans>
              From now on you sign in with the address that this link was sent to. Your password stays the
              same, and so does everything on your devices. Your old address gets a message.
            </Trans>
          )}
        </p>
        <Button wide busy={call.busy} look={isUndo ? 'danger' : 'primary'} onClick={press}>
          {isUndo ? <Trans>Take it back</Trans> : <Trans>Confirm this address</Trans>}
        </Button>
      </Card>
    </AccessPage>
  )
}

function Confirmed() {
  const { t } = useLingui()
  return (
    <AccessPage title={t`Your address is confirmed`}>
      <Notice icon={CircleCheckBig} tone="good" role="status">
        <p>
          <Trans>From now on you sign in with your new address. You can close this page.</Trans>
        </p>
      </Notice>
      <Link to="/" className={buttonClass('primary', true)}>
        <Trans>Go to the portal</Trans>
      </Link>
    </AccessPage>
  )
}

function TakenBack() {
  const { t } = useLingui()
  return (
    <AccessPage title={t`The change is taken back`}>
      <Notice icon={CircleCheckBig} tone="good" role="status">
        <p>
          <Trans>
            Your old address is back and every device is signed out. A link to choose a new password is on its
            way to you. If you did not change the address yourself, call your practice as well.
          </Trans>
        </p>
      </Notice>
    </AccessPage>
  )
}
