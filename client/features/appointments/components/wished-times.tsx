/** Up to three days and parts of the day, in the clinic's zone. Native controls: the device's own calendar opens. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Plus, X } from 'lucide-react'
import type { ClinicDay } from '../../../../shared/calendar/clinic-days.ts'
import { Button } from '../../../ui/button.tsx'
import { classes } from '../../../ui/classes.ts'
import field from '../../../ui/field.module.css'
import { FieldError, FieldHint } from '../../../ui/field.tsx'
import styles from '../requests.module.css'
import { type DayPart, lastDay, MAX_TIMES, PARTS, type WishedTime } from '../wish.ts'

interface WishedTimesProps {
  readonly times: readonly WishedTime[]
  readonly onChange: (times: readonly WishedTime[]) => void
  readonly today: ClinicDay
  readonly zone: string
  /** By place in `times`. */
  readonly problems: ReadonlyMap<number, string>
}

export function WishedTimes({ times, onChange, today, zone, problems }: WishedTimesProps) {
  const { t } = useLingui()
  const names: Record<DayPart, string> = {
    any: t`Any time`,
    morning: t`Morning (8 AM to 12 PM)`,
    afternoon: t`Afternoon (12 to 5 PM)`,
    evening: t`Evening (5 to 8 PM)`,
  }
  const put = (index: number, change: Partial<WishedTime>) =>
    onChange(times.map((time, place) => (place === index ? { ...time, ...change } : time)))
  return (
    <fieldset className={field.field} aria-describedby="times-hint">
      <legend className={field.legend}>
        <Trans>When would suit you?</Trans>
      </legend>
      <FieldHint id="times">
        <Trans>Up to three, in the clinic's time: {zone}. Your practice tells you which one it is.</Trans>
      </FieldHint>
      {times.map((time, index) => {
        const problem = problems.get(index)
        const number = index + 1
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a time has no other identity than its place
          <div key={index} className={classes(styles.time, problem ? field.invalid : null)}>
            <FieldError id={`time-${index}`}>{problem}</FieldError>
            <div className={styles.timeRow}>
              <label className={field.box} htmlFor={`time-${index}`}>
                {times.length > 1 ? t`Day ${number}` : t`Day`}
                <input
                  id={`time-${index}`}
                  type="date"
                  className={field.input}
                  min={today}
                  max={lastDay(today)}
                  value={time.day}
                  onChange={(event) => put(index, { day: event.target.value })}
                  autoComplete="off"
                  aria-invalid={problem ? true : undefined}
                  aria-describedby={problem ? `time-${index}-error` : undefined}
                />
              </label>
              <label className={field.box} htmlFor={`part-${index}`}>
                {times.length > 1 ? t`Time of day ${number}` : t`Time of day`}
                <select
                  id={`part-${index}`}
                  className={classes(field.input, field.select)}
                  value={time.part}
                  onChange={(event) => put(index, { part: event.target.value as DayPart })}
                  autoComplete="off"
                >
                  {PARTS.map((part) => (
                    <option key={part} value={part}>
                      {names[part]}
                    </option>
                  ))}
                </select>
              </label>
              {times.length > 1 ? (
                <Button
                  look="quiet"
                  aria-label={t`Remove day ${number}`}
                  onClick={() => onChange(times.filter((_, place) => place !== index))}
                >
                  <X size={20} aria-hidden />
                </Button>
              ) : null}
            </div>
          </div>
        )
      })}
      {times.length < MAX_TIMES ? (
        <div>
          <Button look="quiet" onClick={() => onChange([...times, { day: '', part: 'any' }])}>
            <Plus size={18} aria-hidden />
            <Trans>Add another day</Trans>
          </Button>
        </div>
      ) : null}
    </fieldset>
  )
}
