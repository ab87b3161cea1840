/** Asks the client for more: which questions, and what is wanted. It opens a correction with the answers as they were. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import { CheckboxGroup } from '../../../ui/choice.tsx'
import { TextArea } from '../../../ui/field.tsx'
import { Card, Notice } from '../../../ui/panel.tsx'
import styles from '../staff.module.css'
import { readSubmission, returnPath, type StaffSubmission } from '../staff-data.ts'

interface ReturnFormProps {
  readonly found: StaffSubmission
  /** Keys and words of what was asked. */
  readonly questions: readonly { readonly key: string; readonly text: string }[]
  readonly onReturned: (returned: StaffSubmission) => void
}

export function ReturnForm({ found, questions, onReturned }: ReturnFormProps) {
  const { t } = useLingui()
  const session = useSession()
  const [note, setNote] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [state, setState] = useState<'idle' | 'busy' | 'empty' | 'failed'>('idle')
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (note.trim() === '') return setState('empty')
    setState('busy')
    const { status, body } = await session.request({
      method: 'POST',
      path: returnPath(found.clientId, found.submission.id),
      body: { note: note.trim(), questions: [...chosen] },
    })
    const returned = status === 200 ? readSubmission(body) : null
    setState(returned === null ? 'failed' : 'idle')
    if (returned !== null) onReturned(returned)
  }
  const choose = (key: string, checked: boolean) => {
    const next = new Set(chosen)
    if (checked) next.add(key)
    else next.delete(key)
    setChosen(next)
  }
  return (
    <Card>
      <details className={styles.history}>
        <summary>
          <Trans>Ask the client for more</Trans>
        </summary>
        <form onSubmit={send} noValidate autoComplete="off" className={styles.form}>
          <TextArea
            id="return-note"
            label={t`What would you like to know?`}
            hint={t`The client reads this. The form opens for them again with the answers they gave; this one stays as it is.`}
            error={state === 'empty' ? t`Say what you need to know` : undefined}
            maxLength={2_000}
            value={note}
            onChange={setNote}
          />
          <CheckboxGroup
            id="return-questions"
            label={t`Questions to look at again`}
            optional
            choices={questions.map(({ key, text }) => ({ value: key, label: text }))}
            values={chosen}
            onChange={choose}
          />
          {state === 'failed' ? (
            <Notice icon={CircleAlert} tone="bad" role="alert">
              <p>
                <Trans>This was not sent. Your words are still here; please try again.</Trans>
              </p>
            </Notice>
          ) : null}
          <div>
            <Button type="submit" look="secondary" busy={state === 'busy'}>
              <Trans>Send it back</Trans>
            </Button>
          </div>
        </form>
      </details>
    </Card>
  )
}
