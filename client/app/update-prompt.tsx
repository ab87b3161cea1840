/** Offers a new version. Nothing happens before it is pressed, and nothing then before every draft of every tab is on disk. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Sparkles } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button, ButtonRow } from '../ui/button.tsx'
import { Notice } from '../ui/panel.tsx'
import type { AppUpdate } from './register-service-worker.ts'
import styles from './update-prompt.module.css'

export function UpdatePrompt({ update }: { update: AppUpdate }) {
  const { t } = useLingui()
  const [state, setState] = useState<'none' | 'ready' | 'unsaved here' | 'unsaved elsewhere'>('none')
  useEffect(() => update.onReady(() => setState('ready')), [update])
  if (state === 'none') return null
  const take = async () => {
    const result = await update.take()
    if (result !== 'taken') setState(result)
  }
  return (
    <div className={styles.prompt}>
      <Notice icon={Sparkles} role="status" label={t`New version`}>
        <p>
          {state === 'ready' ? <Trans>A new version is ready. Your answers stay as they are.</Trans> : null}
          {state === 'unsaved here' ? (
            <Trans>Something is not saved yet. Please try again in a moment.</Trans>
          ) : null}
          {state === 'unsaved elsewhere' ? (
            <Trans>In another tab something is not saved yet. Please look there, then try again.</Trans>
          ) : null}
        </p>
        <ButtonRow>
          <Button onClick={take}>
            <Trans>Update now</Trans>
          </Button>
          <Button look="quiet" onClick={() => setState('none')}>
            <Trans>Later</Trans>
          </Button>
        </ButtonRow>
      </Notice>
    </div>
  )
}
