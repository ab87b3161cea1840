/** An amount, where asked for a reason, and a button that says what it does: for adjusting, writing down and paying back. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { minorOf, moneyOf, plainMoney } from '../../../../shared/domains/billing/money.ts'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { TextField } from '../../../ui/field.tsx'
import { takeFocusInside } from '../../../ui/focus-back.ts'
import { Notice } from '../../../ui/panel.tsx'
import styles from '../staff.module.css'

export interface GivenMoney {
  readonly amount: number
  readonly reason: string
  /** The same for the same press, however often it is sent. */
  readonly key: string
}
interface MoneyFormProps {
  readonly id: string
  readonly label: string
  readonly currency: string
  readonly most: number
  readonly button: string
  readonly asksReason?: boolean
  /** What else is asked for, in `children`. */
  readonly wish?: string
  readonly children?: ReactNode
  readonly onCancel: () => void
  /** Null when it was done; else why not, by its code. */
  readonly onSubmit: (given: GivenMoney) => Promise<string | null>
}

export function MoneyForm({
  id,
  label,
  currency,
  most,
  button,
  asksReason,
  wish: more = '',
  children,
  ...on
}: MoneyFormProps) {
  const { i18n, t } = useLingui()
  const [typed, setTyped] = useState(plainMoney(most, currency))
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const key = useRef({ wish: '', value: '' })
  const amount = minorOf(typed, currency)
  const limit = moneyOf(i18n.locale, most, currency)
  const isWrong = amount === null || amount === 0 || amount > most
  const lacksReason = asksReason === true && reason.trim().length < 3
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    setWhy(null)
    if (isWrong || lacksReason) return
    setBusy(true)
    const wish = JSON.stringify([amount, reason, more])
    if (key.current.wish !== wish) key.current = { wish, value: crypto.randomUUID() }
    setWhy(await on.onSubmit({ amount, reason: reason.trim(), key: key.current.value }))
    setBusy(false)
  }
  return (
    <form ref={takeFocusInside} onSubmit={submit} noValidate autoComplete="off" className={styles.form}>
      {children}
      <TextField
        id={`${id}-amount`}
        label={label}
        hint={t`At most ${limit}`}
        inputMode="decimal"
        short
        unit={currency}
        value={typed}
        onChange={(value) => setTyped(value.slice(0, 14))}
        error={tried && isWrong ? t`Enter an amount of at most ${limit}` : undefined}
      />
      {asksReason ? (
        <TextField
          id={`${id}-reason`}
          label={t`Reason`}
          hint={t`The client reads it on the statement.`}
          value={reason}
          onChange={(value) => setReason(value.slice(0, 300))}
          error={tried && lacksReason ? t`Say why: the client reads it` : undefined}
        />
      ) : null}
      {why === null ? null : (
        <Notice icon={CircleAlert} tone="bad" role="alert">
          <p>
            {why === '' ? (
              <Trans>The server could not be reached. Press again: it is done once at most.</Trans>
            ) : (
              <Trans>
                This was not done: the account has changed, or the payment service did not agree. Look again.
              </Trans>
            )}
          </p>
        </Notice>
      )}
      <ButtonRow>
        <Button type="submit" busy={busy}>
          {button}
        </Button>
        <Button look="quiet" onClick={on.onCancel}>
          <Trans>Not now</Trans>
        </Button>
      </ButtonRow>
    </form>
  )
}
