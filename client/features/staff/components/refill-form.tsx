/** The answer to a request for a refill, at the revision that is on the screen. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { LONGEST_NOTE } from '../../../../shared/domains/medications/limits.ts'
import {
  decisionsFor,
  needsWords,
  type RefillDecision,
} from '../../../../shared/domains/medications/refill-rules.ts'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import { ChoiceGroup, Option } from '../../../ui/choice.tsx'
import { TextArea } from '../../../ui/field.tsx'
import { Card, Notice } from '../../../ui/panel.tsx'
import { type RefillAnswer, type RefillDetail, refillDecisionPath } from '../refill-data.ts'
import { useRefillDecisions } from '../refill-words.ts'
import { codeOf } from '../request-data.ts'
import styles from '../staff.module.css'

interface RefillFormProps {
  readonly detail: RefillDetail
  readonly onDecided: () => void
  /** It was changed since: shows it as it is now. */
  readonly onMoved: () => void
}

export function RefillForm({ detail: { clientId, request }, onDecided, onMoved }: RefillFormProps) {
  const { t } = useLingui()
  const session = useSession()
  const words = useRefillDecisions()
  const choices = decisionsFor(request)
  const [choice, setChoice] = useState<RefillDecision | null>(
    choices.length === 1 ? (choices[0] ?? null) : null,
  )
  const [note, setNote] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<'moved' | 'failed' | null>(null)
  if (choices.length === 0) return null
  const wanted = choice !== null && needsWords(choice)
  const lacksWords = wanted && note.trim() === ''
  const send = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (choice === null || lacksWords) return
    setBusy(true)
    const body: RefillAnswer = { decision: choice, ...(note.trim() === '' ? {} : { note: note.trim() }) }
    const path = refillDecisionPath(clientId, request.id)
    const { status, body: answer } = await session.request({
      method: 'PUT',
      path,
      body,
      ifMatch: request.rev,
    })
    setBusy(false)
    if (status === 200) return onDecided()
    const code = codeOf(answer)
    setFailure(code === 'precondition_failed' || code === 'wrong_state' ? 'moved' : 'failed')
  }
  return (
    <Card>
      <form onSubmit={send} noValidate autoComplete="off" className={styles.form}>
        <ChoiceGroup
          id="decision"
          label={t`Your answer`}
          role="radiogroup"
          error={tried && choice === null ? t`Choose an answer` : undefined}
        >
          {choices.map((value) => (
            <Option
              key={value}
              id={`decision-${value}`}
              type="radio"
              name="decision"
              checked={choice === value}
              onChange={() => setChoice(value)}
            >
              {words[value]}
            </Option>
          ))}
        </ChoiceGroup>
        <TextArea
          id="note"
          label={choice === 'ask' ? t`Your question` : t`Note to the client`}
          hint={choice === 'decline' ? t`Say why, and what the client can do instead.` : undefined}
          optional={!wanted}
          error={
            tried && lacksWords
              ? choice === 'ask'
                ? t`Say what you need to know`
                : t`Say why: the client reads it`
              : undefined
          }
          maxLength={LONGEST_NOTE}
          value={note}
          onChange={setNote}
        />
        {failure === null ? null : (
          <Notice icon={CircleAlert} tone="bad" role="alert">
            <p>
              {failure === 'moved' ? (
                <Trans>This was changed while you looked. Nothing was sent; look at it again.</Trans>
              ) : (
                <Trans>The answer could not be sent. What you typed is still here; please try again.</Trans>
              )}
            </p>
            {failure === 'moved' ? (
              <div>
                <Button look="secondary" onClick={onMoved}>
                  <Trans>Look again</Trans>
                </Button>
              </div>
            ) : null}
          </Notice>
        )}
        <div>
          <Button type="submit" busy={busy}>
            <Trans>Send the answer</Trans>
          </Button>
        </div>
      </form>
    </Card>
  )
}
