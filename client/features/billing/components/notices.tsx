/** What stands in the way of paying, and what is only a demo; said before anything is typed. */
import { Trans } from '@lingui/react/macro'
import { CloudOff, FlaskConical, Phone } from 'lucide-react'
import { Button } from '../../../ui/button.tsx'
import { Notice } from '../../../ui/panel.tsx'
import type { AskedMethods } from '../use-methods.ts'

/** Null where nothing stands in the way. */
export function NotNow({ methods, again }: { methods: AskedMethods; again: () => void }) {
  if (methods.state === 'asking')
    return (
      <p role="status">
        <Trans>Asking the payment service…</Trans>
      </p>
    )
  if (methods.state === 'ready' && methods.value.online) return null
  if (methods.state === 'ready')
    return (
      <Notice icon={Phone}>
        <p>
          <Trans>Your practice takes no payments here. Call them to ask how you can pay.</Trans>
        </p>
      </Notice>
    )
  return (
    <Notice icon={CloudOff} tone="wait" role="status">
      <p>
        {methods.state === 'offline' ? (
          <Trans>
            Paying needs the network, and there is none now. Nothing is kept to be paid later: come back when
            you are online.
          </Trans>
        ) : (
          <Trans>The payment service cannot be reached now. Nothing was paid. Try again in a moment.</Trans>
        )}
      </p>
      <Button look="secondary" onClick={again}>
        <Trans>Try again</Trans>
      </Button>
    </Notice>
  )
}

export const DemoNotice = ({ methods }: { methods: AskedMethods }) =>
  methods.state === 'ready' && methods.value.demo ? (
    <Notice icon={FlaskConical} tone="wait" role="note">
      <p>
        <Trans>This is a demo: no real money moves. Use a test card such as 4242 4242 4242 4242.</Trans>
      </p>
    </Notice>
  ) : null
