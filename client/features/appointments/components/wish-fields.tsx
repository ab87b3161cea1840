/** The questions of a request: when, how to meet, and why. What kind of request it is decides which of them are asked. */
import { useLingui } from '@lingui/react/macro'
import type { ClinicDay } from '../../../../shared/calendar/clinic-days.ts'
import { ChoiceGroup, Option } from '../../../ui/choice.tsx'
import { TextArea } from '../../../ui/field.tsx'
import { LONGEST_REASON, type WishForm } from '../wish.ts'
import { WishedTimes } from './wished-times.tsx'

interface WishFieldsProps {
  readonly kind: 'new-appointment' | 'cancel' | 'reschedule'
  readonly wish: WishForm
  readonly onChange: (wish: WishForm) => void
  readonly today: ClinicDay
  readonly zone: string
  readonly problems: ReadonlyMap<number, string>
}

export function WishFields({ kind, wish, onChange, today, zone, problems }: WishFieldsProps) {
  const { t } = useLingui()
  const kinds = [
    ['either', t`Either is fine`],
    ['in-person', t`In person`],
    ['telehealth', t`By video`],
  ] as const
  return (
    <>
      {kind === 'cancel' ? null : (
        <WishedTimes
          times={wish.times}
          onChange={(times) => onChange({ ...wish, times })}
          today={today}
          zone={zone}
          problems={problems}
        />
      )}
      {kind === 'new-appointment' ? (
        <ChoiceGroup id="visit-kind" label={t`How would you like to meet?`} role="radiogroup">
          {kinds.map(([value, label]) => (
            <Option
              key={value}
              id={`visit-kind-${value}`}
              type="radio"
              name="visit-kind"
              checked={wish.visitKind === value}
              onChange={() => onChange({ ...wish, visitKind: value })}
            >
              {label}
            </Option>
          ))}
        </ChoiceGroup>
      ) : null}
      <TextArea
        id="reason"
        label={kind === 'new-appointment' ? t`What is it about?` : t`Reason`}
        hint={t`Your practice reads this. It is not for emergencies: call 988 or 911 for those.`}
        optional
        maxLength={LONGEST_REASON}
        autoComplete="off"
        value={wish.reason}
        onChange={(reason) => onChange({ ...wish, reason })}
      />
    </>
  )
}
