/** When and where: a slot that is free on that day, or typed. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect } from 'react'
import { dayBounds } from '../../../../shared/calendar/clinic-days.ts'
import { useSession } from '../../../replica/session-context.tsx'
import { ChoiceGroup, Option } from '../../../ui/choice.tsx'
import field from '../../../ui/field.module.css'
import { Field, TextField } from '../../../ui/field.tsx'
import { spanOf, zoneName } from '../../../ui/time.ts'
import type { DecisionFields, FieldProblem } from '../decision.ts'
import { type FreeSlot, type RequestDetail, readSlots, slotsPath } from '../request-data.ts'
import styles from '../staff.module.css'

interface VisitFieldsProps {
  readonly detail: RequestDetail
  readonly fields: DecisionFields
  readonly put: (change: Partial<DecisionFields>) => void
  readonly problems: readonly FieldProblem[]
  readonly slots: readonly FreeSlot[]
  readonly onSlots: (slots: readonly FreeSlot[]) => void
}

const isDay = (day: string) => /^\d{4}-\d{2}-\d{2}$/.test(day)

/** Free times of the chosen day; silent where they cannot be had: a time can be typed. */
function useFreeSlots(day: string, timeZone: string, onSlots: VisitFieldsProps['onSlots']): void {
  const session = useSession()
  useEffect(() => {
    onSlots([])
    if (!isDay(day)) return
    let gone = false
    const { from, to } = dayBounds(day, timeZone)
    session.request({ method: 'GET', path: slotsPath(from, to) }).then(({ status, body }) => {
      if (!gone && status === 200) onSlots(readSlots(body)?.items ?? [])
    })
    return () => {
      gone = true
    }
  }, [session, day, timeZone, onSlots])
}

export function VisitFields({ detail, fields, put, problems, slots, onSlots }: VisitFieldsProps) {
  const { i18n, t } = useLingui()
  const timeZone = detail.appointment?.timeZone ?? detail.timeZone
  useFreeSlots(fields.day, timeZone, onSlots)
  const zone = zoneName(i18n.locale, Date.now(), timeZone)
  const typed = fields.slotId === ''
  const dayProblem = problems.includes('day') ? t`Choose a day` : undefined
  return (
    <>
      <Field id="day" label={t`Day`} error={dayProblem}>
        <input
          id="day"
          type="date"
          className={field.input}
          value={fields.day}
          onChange={(event) => put({ day: event.target.value, slotId: '' })}
          autoComplete="off"
          aria-invalid={dayProblem ? true : undefined}
        />
      </Field>
      {slots.length > 0 ? (
        <ChoiceGroup id="slot" label={t`Free times on this day`} role="radiogroup">
          {slots.map((slot) => (
            <Option
              key={slot.id}
              id={`slot-${slot.id}`}
              type="radio"
              name="slot"
              checked={fields.slotId === slot.id}
              onChange={() => put({ slotId: slot.id })}
              note={`${slot.clinicianName} · ${slot.place}`}
            >
              {spanOf(i18n.locale, slot.startsAt, slot.endsAt, timeZone)}
            </Option>
          ))}
          <Option
            id="slot-none"
            type="radio"
            name="slot"
            checked={typed}
            onChange={() => put({ slotId: '' })}
          >
            <Trans>Another time</Trans>
          </Option>
        </ChoiceGroup>
      ) : null}
      {typed ? (
        <>
          <div className={styles.pair}>
            <TextField
              id="begins"
              type="time"
              label={t`Begins`}
              error={problems.includes('time') ? t`The end is after the beginning` : undefined}
              value={fields.begins}
              onChange={(begins) => put({ begins })}
            />
            <TextField
              id="ends"
              type="time"
              label={t`Ends`}
              value={fields.ends}
              onChange={(ends) => put({ ends })}
            />
          </div>
          <p className={styles.soft}>
            <Trans>The clinic's time: {zone}</Trans>
          </p>
          {fields.choice === 'approve' ? (
            <Where detail={detail} fields={fields} put={put} problems={problems} />
          ) : null}
        </>
      ) : null}
      {fields.choice === 'approve' && detail.request.kind === 'new-appointment' ? (
        <TextField
          id="visit-title"
          label={t`What the appointment is called`}
          value={fields.title}
          onChange={(title) => put({ title })}
        />
      ) : null}
    </>
  )
}

function Where({
  detail,
  fields,
  put,
  problems,
}: Pick<VisitFieldsProps, 'detail' | 'fields' | 'put' | 'problems'>) {
  const { t } = useLingui()
  return (
    <>
      <Field id="clinician" label={t`With`}>
        <input
          id="clinician"
          list="clinicians"
          className={field.input}
          value={fields.clinicianName}
          onChange={(event) => put({ clinicianName: event.target.value })}
          autoComplete="off"
          maxLength={200}
        />
        <datalist id="clinicians">
          {detail.clinicians.map(({ id, name }) => (
            <option key={id} value={name} />
          ))}
        </datalist>
      </Field>
      <TextField
        id="place"
        label={t`Where`}
        error={problems.includes('place') ? t`Say with whom and where` : undefined}
        value={fields.place}
        onChange={(place) => put({ place })}
      />
    </>
  )
}
