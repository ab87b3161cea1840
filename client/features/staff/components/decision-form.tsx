/** Agree, offer other times, or refuse: at the revision that is on the screen. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import { ChoiceGroup, Option } from '../../../ui/choice.tsx'
import { TextArea } from '../../../ui/field.tsx'
import { Card, Notice } from '../../../ui/panel.tsx'
import { bodyOf, type Choice, type DecisionFields, firstFields, givesTime, problemsOf } from '../decision.ts'
import { codeOf, decisionPath, type FreeSlot, type RequestDetail } from '../request-data.ts'
import styles from '../staff.module.css'
import { VisitFields } from './visit-fields.tsx'

interface DecisionFormProps {
  readonly detail: RequestDetail
  readonly onDecided: () => void
  /** It was changed since: shows it as it is now. */
  readonly onMoved: () => void
}
type Failure = 'moved' | 'taken' | 'closed' | 'failed'

const failureOf = (code: string): Failure => {
  if (code === 'precondition_failed') return 'moved'
  if (code === 'slot_taken') return 'taken'
  return code === 'wrong_state' ? 'closed' : 'failed'
}

export function DecisionForm({ detail, onDecided, onMoved }: DecisionFormProps) {
  const { t } = useLingui()
  const session = useSession()
  const [fields, setFields] = useState<DecisionFields>(() => firstFields(detail))
  const [slots, setSlots] = useState<readonly FreeSlot[]>([])
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const { request, clientId } = detail
  const put = (change: Partial<DecisionFields>) => setFields((before) => ({ ...before, ...change }))
  const problems = tried ? problemsOf(fields, detail) : []
  const choices: readonly (readonly [Choice, string])[] = [
    ['approve', t`Agree`],
    ...(request.kind === 'cancel' || request.reviewReason === 'withdrawn-late'
      ? []
      : [['propose', t`Offer other times`] as const]),
    ['decline', t`Refuse`],
  ]
  const send = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (problemsOf(fields, detail).length > 0) return
    setBusy(true)
    const { status, body } = await session.request({
      method: 'PUT',
      path: decisionPath(clientId, request.id),
      body: bodyOf(fields, detail, slots),
      ifMatch: request.rev,
    })
    setBusy(false)
    if (status === 200) return onDecided()
    setFailure(failureOf(codeOf(body)))
  }
  return (
    <Card>
      <form onSubmit={send} noValidate autoComplete="off" className={styles.form}>
        <ChoiceGroup id="decision" label={t`Your answer`} role="radiogroup">
          {choices.map(([value, label]) => (
            <Option
              key={value}
              id={`decision-${value}`}
              type="radio"
              name="decision"
              checked={fields.choice === value}
              onChange={() => put({ choice: value })}
            >
              {label}
            </Option>
          ))}
        </ChoiceGroup>
        {givesTime(fields, detail) ? (
          <VisitFields
            detail={detail}
            fields={fields}
            put={put}
            problems={problems}
            slots={slots}
            onSlots={setSlots}
          />
        ) : null}
        <TextArea
          id="note"
          label={t`Note to the client`}
          hint={fields.choice === 'decline' ? t`Say why, and what the client can do instead.` : undefined}
          optional={fields.choice !== 'decline'}
          error={problems.includes('note') ? t`Say why: the client reads it` : undefined}
          maxLength={2_000}
          value={fields.note}
          onChange={(note) => put({ note })}
        />
        {failure === null ? null : (
          <Notice icon={CircleAlert} tone="bad" role="alert">
            <p>
              {failure === 'moved' ? (
                <Trans>The client changed this while you looked. Nothing was sent; look at it again.</Trans>
              ) : null}
              {failure === 'taken' ? (
                <Trans>Somebody has just got this time. Nothing was changed; choose another one.</Trans>
              ) : null}
              {failure === 'closed' ? (
                <Trans>This was decided or withdrawn in the meantime. Nothing was sent.</Trans>
              ) : null}
              {failure === 'failed' ? (
                <Trans>The answer could not be sent. What you typed is still here; please try again.</Trans>
              ) : null}
            </p>
            {failure === 'moved' || failure === 'closed' ? (
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
