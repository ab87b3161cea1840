/** One step towards the end of a record: why, what it asks for, and a button that says what it does. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../../../ui/button.tsx'
import { DateField } from '../../../ui/date-field.tsx'
import { isBlank, isoDate, NO_DATE } from '../../../ui/date-parts.ts'
import { TextField } from '../../../ui/field.tsx'
import { Card, Notice } from '../../../ui/panel.tsx'
import styles from '../staff.module.css'

export interface Given {
  readonly reason: string
  readonly name?: string
  readonly retainUntil?: string | null
}
interface RecordStepProps {
  readonly id: string
  readonly title: string
  readonly button: string
  readonly children: ReactNode
  readonly asks?: readonly ('date' | 'name')[]
  readonly danger?: boolean
  /** Null when it was done; else what stands in the way. */
  readonly onSubmit: (given: Given) => Promise<string | null>
}

export function RecordStep({ id, title, button, children, asks = [], danger, onSubmit }: RecordStepProps) {
  const { i18n, t } = useLingui()
  const [reason, setReason] = useState('')
  const [name, setName] = useState('')
  const [date, setDate] = useState(NO_DATE)
  const [wrong, setWrong] = useState<{ reason?: string; date?: string; name?: string }>({})
  const [failed, setFailed] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [withDate, withName] = [asks.includes('date'), asks.includes('name')]
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const until = isBlank(date) ? null : isoDate(date, i18n.locale)
    const found = {
      ...(reason.trim().length < 3 && { reason: t`Say why in a few words.` }),
      ...(withDate && !isBlank(date) && until === null && { date: t`This is not a day of the calendar.` }),
      ...(withName && name.trim() === '' && { name: t`Type the name on the record.` }),
    }
    setWrong(found)
    setFailed(null)
    if (Object.keys(found).length > 0) return
    setBusy(true)
    const given = {
      reason: reason.trim(),
      ...(withDate && { retainUntil: until }),
      ...(withName && { name: name.trim() }),
    }
    setFailed(await onSubmit(given))
    setBusy(false)
  }
  return (
    <Card labelledBy={id}>
      <h2 id={id}>{title}</h2>
      {children}
      <form onSubmit={submit} noValidate autoComplete="off" className={styles.form}>
        <TextField
          id={`${id}-reason`}
          label={t`Reason`}
          hint={t`Goes to the audit trail, which is kept. No health information here.`}
          error={wrong.reason}
          value={reason}
          onChange={setReason}
        />
        {withDate ? (
          <DateField
            id={`${id}-date`}
            label={t`Must be kept until`}
            hint={t`The last day. Leave it empty only where no law or rule asks you to keep this record.`}
            optional
            error={wrong.date}
            value={date}
            onChange={setDate}
          />
        ) : null}
        {withName ? (
          <TextField
            id={`${id}-name`}
            label={t`Name on the record, to be sure`}
            error={wrong.name}
            value={name}
            onChange={setName}
          />
        ) : null}
        {failed === null ? null : (
          <Notice icon={CircleAlert} tone="bad" role="alert">
            <p>{failed === '' ? <Trans>This could not be done now. Nothing was changed.</Trans> : failed}</p>
          </Notice>
        )}
        <div>
          <Button type="submit" look={danger ? 'danger' : 'primary'} busy={busy}>
            {button}
          </Button>
        </div>
      </form>
    </Card>
  )
}
