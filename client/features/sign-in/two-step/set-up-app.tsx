/** Setting up an authenticator app: scan or type, then one code shows that it works. Nothing counts before that. */
import { Trans, useLingui } from '@lingui/react/macro'
import { type FormEvent, useRef, useState } from 'react'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { CodeField } from '../../../ui/code-field.tsx'
import { Card } from '../../../ui/panel.tsx'
import { QrCode } from '../../../ui/qr-code.tsx'
import type { Begun, FactorCalls } from './factor-data.ts'
import { FactorFailure, type ShownFailure } from './factor-failure.tsx'
import styles from './two-step.module.css'

interface SetUpAppProps {
  readonly calls: FactorCalls
  readonly begun: Begun
  /** Codes for the day the phone is gone, with the first factor. */
  readonly onDone: (recoveryCodes: readonly string[]) => void
  readonly onCancel?: () => void
}

export function SetUpApp({ calls, begun, onDone, onCancel }: SetUpAppProps) {
  const { t } = useLingui()
  const [code, setCode] = useState('')
  const [isEmpty, setEmpty] = useState(false)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<ShownFailure | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setFailure(null)
    setEmpty(code.trim() === '')
    if (code.trim() === '') return input.current?.focus()
    setBusy(true)
    const answer = await calls.confirmApp(code)
    setBusy(false)
    if (answer.ok) return onDone(answer.value.recoveryCodes ?? [])
    setFailure(answer.failure)
    input.current?.select()
  }
  const grouped = begun.secret.replace(/(.{4})(?=.)/g, '$1 ')
  return (
    <Card labelledBy="set-up-app">
      <h2 id="set-up-app">
        <Trans>Set up an authenticator app</Trans>
      </h2>
      <div className={styles.setUp}>
        <QrCode text={begun.uri} label={t`QR code for your authenticator app; the same as text beside it`} />
        <div>
          <p>
            <Trans>
              Open an authenticator app on your phone (such as the one of your password manager, Google
              Authenticator or Microsoft Authenticator), add an account and scan this picture.
            </Trans>
          </p>
          <p>
            <Trans>Or type this key into the app:</Trans>
          </p>
          <p className={styles.secret}>{grouped}</p>
        </div>
      </div>
      <form onSubmit={submit} noValidate className={styles.form}>
        <FactorFailure failure={failure} />
        <CodeField
          id="app-code"
          label={t`Code that the app shows now`}
          error={isEmpty ? t`Enter the six digits that the app shows` : undefined}
          digits
          value={code}
          onChange={setCode}
          inputRef={input}
        />
        <ButtonRow>
          <Button type="submit" busy={busy}>
            <Trans>Turn on</Trans>
          </Button>
          {onCancel ? (
            <Button look="secondary" onClick={onCancel}>
              <Trans>Cancel</Trans>
            </Button>
          ) : null}
        </ButtonRow>
      </form>
    </Card>
  )
}
