/** Puts up times of one clinician on one day: the same length, one after the other. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { type FormEvent, useState } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import { ChoiceGroup, Option } from '../../../ui/choice.tsx'
import { ErrorSummary, type FieldProblem } from '../../../ui/error-summary.tsx'
import field from '../../../ui/field.module.css'
import { Field, TextField } from '../../../ui/field.tsx'
import { Card } from '../../../ui/panel.tsx'
import { whyNot } from '../accounts-data.ts'
import { type FreeSlots, OFFER_PATH } from '../request-data.ts'
import { slotTimes } from '../slot-times.ts'
import styles from '../staff.module.css'
import { AccountTrouble } from './account-trouble.tsx'

interface OfferFormProps {
  readonly about: FreeSlots
  /** The day that the page shows first. */
  readonly day: string
  readonly onOffered: (day: string, added: number) => void
}

export function OfferForm({ about: { clinicians, timeZone }, day, onOffered }: OfferFormProps) {
  const { t } = useLingui()
  const session = useSession()
  const [values, setValues] = useState({
    clinician: clinicians[0]?.id ?? '',
    day,
    begins: '09:00',
    ends: '12:00',
    length: '50',
    pause: '10',
    kind: 'in-person' as 'in-person' | 'telehealth',
    place: '',
  })
  const put = (change: Partial<typeof values>) => setValues((before) => ({ ...before, ...change }))
  const [attempt, setAttempt] = useState(0)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(values.day)
  const spans = { ...values, length: Number(values.length), pause: Number(values.pause) }
  const times = isDay ? slotTimes(values.day, spans, timeZone) : []
  const found: FieldProblem[] = []
  if (!isDay) found.push({ id: 'day', message: t`Choose a day` })
  else if (times.length === 0)
    found.push({ id: 'begins', message: t`No time fits between the beginning and the end` })
  if (values.place.trim() === '') found.push({ id: 'place', message: t`Say where` })
  const problems = attempt === 0 ? [] : found
  const problem = (id: string) => problems.find((one) => one.id === id)?.message
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setAttempt(attempt + 1)
    setWhy(null)
    if (found.length > 0) return
    setBusy(true)
    const { clinician: clinicianAccountId, kind, place } = values
    const body = { clinicianAccountId, kind, place: place.trim(), times }
    const answer = await session.request({ method: 'POST', path: OFFER_PATH, body })
    setBusy(false)
    if (answer.status !== 201) return setWhy(whyNot(answer))
    setAttempt(0)
    onOffered(values.day, Number((answer.body as { added?: number }).added ?? 0))
  }
  const number = (id: 'length' | 'pause', label: string) => (
    <TextField
      id={id}
      label={label}
      unit={t`minutes`}
      short
      inputMode="numeric"
      value={values[id]}
      onChange={(value) => put({ [id]: value })}
    />
  )
  return (
    <Card>
      <h2>
        <Trans>Put up times</Trans>
      </h2>
      <ErrorSummary problems={problems} attempt={attempt} />
      <AccountTrouble why={why} />
      <form onSubmit={submit} noValidate className={styles.form}>
        <div className={styles.pair}>
          <Field id="clinician" label={t`With`}>
            <select
              id="clinician"
              className={field.input}
              value={values.clinician}
              onChange={(event) => put({ clinician: event.target.value })}
            >
              {clinicians.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </Field>
          <Field id="day" label={t`Day`} error={problem('day')}>
            <input
              id="day"
              type="date"
              className={field.input}
              value={values.day}
              onChange={(event) => put({ day: event.target.value })}
              autoComplete="off"
              aria-invalid={problem('day') ? true : undefined}
            />
          </Field>
        </div>
        <div className={styles.pair}>
          <TextField
            id="begins"
            type="time"
            label={t`Begins`}
            error={problem('begins')}
            value={values.begins}
            onChange={(begins) => put({ begins })}
          />
          <TextField
            id="ends"
            type="time"
            label={t`Ends`}
            value={values.ends}
            onChange={(ends) => put({ ends })}
          />
        </div>
        <div className={styles.pair}>
          {number('length', t`Each lasts`)}
          {number('pause', t`Pause between two`)}
        </div>
        <ChoiceGroup id="kind" role="radiogroup" label={t`Kind`}>
          <Option
            id="kind-in-person"
            type="radio"
            name="kind"
            checked={values.kind === 'in-person'}
            onChange={() => put({ kind: 'in-person' })}
          >
            <Trans>In person</Trans>
          </Option>
          <Option
            id="kind-telehealth"
            type="radio"
            name="kind"
            checked={values.kind === 'telehealth'}
            onChange={() => put({ kind: 'telehealth' })}
          >
            <Trans>Telehealth</Trans>
          </Option>
        </ChoiceGroup>
        <TextField
          id="place"
          label={t`Where`}
          hint={t`A room, or the link of the video call.`}
          error={problem('place')}
          value={values.place}
          onChange={(place) => put({ place })}
        />
        <div>
          <Button type="submit" busy={busy}>
            {times.length > 0 ? (
              <Plural value={times.length} one="Put up # time" other="Put up # times" />
            ) : (
              <Trans>Put up times</Trans>
            )}
          </Button>
        </div>
      </form>
    </Card>
  )
}
