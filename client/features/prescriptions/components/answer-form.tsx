/** The answer to a question of the practice: kept while it is typed, written to this device when it is sent off. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { LONGEST_NOTE } from '../../../../shared/domains/medications/limits.ts'
import { useReplica } from '../../../replica/session-context.tsx'
import { useKept } from '../../../replica/use-kept.ts'
import { Button } from '../../../ui/button.tsx'
import { TextArea } from '../../../ui/field.tsx'
import { Notice } from '../../../ui/panel.tsx'
import { answer } from '../commands.ts'
import styles from '../prescriptions.module.css'

const asText = (kept: unknown): string => (typeof kept === 'string' ? kept : '')

export function AnswerForm({ refillId }: { refillId: string }) {
  const { t } = useLingui()
  const replica = useReplica()
  const { value: text, put, forget } = useKept(`refill-answer:${refillId}`, asText)
  const [state, setState] = useState<'idle' | 'empty' | 'busy' | 'failed'>('idle')
  if (text === undefined || replica === null) return null
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() === '') return setState('empty')
    setState('busy')
    try {
      await answer(replica, refillId, text)
      await forget()
    } catch {
      setState('failed')
    }
  }
  return (
    <form onSubmit={send} noValidate autoComplete="off" className={styles.card}>
      <TextArea
        id={`answer-${refillId}`}
        label={t`Your answer`}
        maxLength={LONGEST_NOTE}
        value={text}
        onChange={put}
        error={state === 'empty' && text.trim() === '' ? t`Write an answer` : undefined}
      />
      {state === 'failed' ? (
        <Notice icon={CircleAlert} tone="bad" role="alert">
          <p>
            <Trans>The answer could not be saved on this device. It is still here; please try again.</Trans>
          </p>
        </Notice>
      ) : null}
      <div>
        <Button type="submit" busy={state === 'busy'}>
          <Trans>Send the answer</Trans>
        </Button>
      </div>
    </form>
  )
}
