/** Of an admin: the PIN by which staff leave a tablet's screens, and after how long a tablet parks a visit. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, CircleCheck } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { PIN_PATTERN } from '../../../../shared/domains/kiosk/code.ts'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import { TextField } from '../../../ui/field.tsx'
import { Card, Notice } from '../../../ui/panel.tsx'
import { PasswordField } from '../../../ui/password-field.tsx'
import { whyNot } from '../accounts-data.ts'
import { KIOSK_SETTINGS_PATH, type KioskView } from '../kiosk-data.ts'
import styles from '../staff.module.css'
import { AccountTrouble } from './account-trouble.tsx'

export function KioskSettings({ view, onSaved }: { view: KioskView; onSaved: () => void }) {
  const { t } = useLingui()
  const session = useSession()
  const [pin, setPin] = useState('')
  const [seconds, setSeconds] = useState(String(view.idleSeconds))
  const [saved, setSaved] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setSaved(false)
    if (pin !== '' && !PIN_PATTERN.test(pin)) return setWhy('weak_password')
    const body = { ...(pin !== '' && { pin }), idleSeconds: Number(seconds) }
    const answer = await session.request({ method: 'PUT', path: KIOSK_SETTINGS_PATH, body })
    setWhy(answer.status === 204 ? null : whyNot(answer))
    setSaved(answer.status === 204)
    if (answer.status === 204) setPin('')
    onSaved()
  }
  return (
    <Card labelledBy="kiosk-settings">
      <h2 id="kiosk-settings">
        <Trans>How tablets behave</Trans>
      </h2>
      {view.hasPin ? null : (
        <Notice icon={CircleAlert} tone="wait">
          <p>
            <Trans>No PIN is set: nobody can leave a tablet’s screens, or free one after wrong codes.</Trans>
          </p>
        </Notice>
      )}
      {why === 'weak_password' ? (
        <Notice icon={CircleAlert} tone="bad" role="alert">
          <p>
            <Trans>
              A PIN has 6 to 12 digits, and is not one that everybody tries first. Nothing was changed.
            </Trans>
          </p>
        </Notice>
      ) : (
        <AccountTrouble why={why} />
      )}
      {saved ? (
        <Notice icon={CircleCheck} tone="good" role="status">
          <p>
            <Trans>Saved. Tablets have it at their next contact.</Trans>
          </p>
        </Notice>
      ) : null}
      <form onSubmit={submit} noValidate autoComplete="off" className={styles.form}>
        <div className={styles.pair}>
          <PasswordField
            id="kiosk-pin"
            label={view.hasPin ? t`New staff PIN` : t`Staff PIN`}
            hint={t`6 to 12 digits. Leave it empty to keep what it is.`}
            value={pin}
            onChange={setPin}
            autoComplete="new-password"
          />
          <TextField
            id="kiosk-idle"
            label={t`A visit is parked after`}
            unit={t`seconds`}
            short
            inputMode="numeric"
            value={seconds}
            onChange={setSeconds}
          />
        </div>
        <div>
          <Button type="submit" look="secondary">
            <Trans>Save</Trans>
          </Button>
        </div>
      </form>
    </Card>
  )
}
