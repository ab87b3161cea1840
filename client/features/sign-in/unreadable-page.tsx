/** The browser keeps this device's own storage from the portal: what is safe, and what to do. Never an empty sign-in. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { useSession, useSessionView } from '../../replica/session-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Card, Notice } from '../../ui/panel.tsx'
import { Door } from '../../ui/shell.tsx'
import styles from './sign-in.module.css'

export default function UnreadablePage() {
  const { t } = useLingui()
  const session = useSession()
  const { problem } = useSessionView()
  const [attempt, setAttempt] = useState<'none' | 'busy' | 'in vain'>('none')
  const lookAgain = async () => {
    setAttempt('busy')
    await session.lookAgain()
    // Where it succeeded, this page is gone by now.
    setAttempt('in vain')
  }
  return (
    <Door>
      <Page
        title={t`What is saved here could not be opened`}
        lead={<Trans>This browser does not let the portal read its own storage at the moment.</Trans>}
        keepFocus
      >
        <Notice icon={ShieldCheck}>
          <p>
            <Trans>
              Nothing was deleted. What the clinic has received is safe there. What was not sent yet is still
              on this device, sealed: please do not clear this browser's data.
            </Trans>
          </p>
        </Notice>
        {attempt === 'in vain' ? (
          <Notice icon={CircleAlert} tone="wait" role="alert">
            <p>
              <Trans>It still cannot be opened. Please go on with the next step below.</Trans>
            </p>
          </Notice>
        ) : null}
        <Card>
          <ol className={styles.steps}>
            <li>
              <Trans>Close all other tabs of this portal, then try again.</Trans>
            </li>
            <li>
              <Trans>Close the whole browser and open it again. If it asks for an update, take it.</Trans>
            </li>
            <li>
              <Trans>Make some space if the device is almost full, and restart it.</Trans>
            </li>
            <li>
              <Trans>
                Call the clinic if that does not help. On another device you can sign in right away.
              </Trans>
            </li>
          </ol>
          <Button wide busy={attempt === 'busy'} onClick={lookAgain}>
            {attempt === 'busy' ? <Trans>Trying again…</Trans> : <Trans>Try again</Trans>}
          </Button>
        </Card>
        {problem ? (
          <p className={styles.note}>
            <Trans>If somebody helps you: the browser calls it {problem}.</Trans>
          </p>
        ) : null}
        <p className={styles.note}>
          <Trans>
            In an emergency call 911. To talk to someone right now, call or text 988, day or night.
          </Trans>
        </p>
      </Page>
    </Door>
  )
}
