/** For staff at the tablet itself: behind their PIN how it is, and the way out of its screens. No client is named here. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { Tablet } from '../../kiosk/tablet.ts'
import type { PinAnswer, TabletView } from '../../kiosk/tablet-port.ts'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Card, Fact, Facts, Notice } from '../../ui/panel.tsx'
import { PasswordField } from '../../ui/password-field.tsx'
import { clockOf, momentOf } from '../../ui/time.ts'
import styles from './kiosk.module.css'

interface StaffProps {
  readonly tablet: Tablet
  readonly view: TabletView
  readonly onBack: () => void
  /** Away from the tablet's screens; where that leads is the operating system's and the browser's. */
  readonly onExit: () => void
}

export function StaffPage({ tablet, view, onBack, onExit }: StaffProps) {
  const { i18n, t } = useLingui()
  const [pin, setPin] = useState('')
  const [isIn, setIsIn] = useState(false)
  const [busy, setBusy] = useState(false)
  const [answer, setAnswer] = useState<Extract<PinAnswer, { ok: false }> | null>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const given = await tablet.checkPin({ pin }).catch((): PinAnswer => ({ ok: false, retryAt: 0 }))
    setBusy(false)
    setPin('')
    if (given.ok) setIsIn(true)
    else setAnswer(given)
  }
  const until = answer !== null && answer.retryAt > 0 ? clockOf(i18n.locale, answer.retryAt) : null
  if (!isIn)
    return (
      <Page title={t`Staff PIN`} lead={<Trans>For people of the practice.</Trans>}>
        {view.hasPin ? (
          <form noValidate autoComplete="off" onSubmit={submit} className={styles.form}>
            {answer === null ? null : (
              <Notice icon={CircleAlert} tone="bad" role="alert">
                <p>
                  {until === null ? (
                    <Trans>This is not the PIN.</Trans>
                  ) : (
                    <Trans>This is not the PIN. Try again at {until}.</Trans>
                  )}
                </p>
              </Notice>
            )}
            <PasswordField
              id="pin"
              label={t`PIN`}
              value={pin}
              onChange={setPin}
              autoComplete="new-password"
            />
            <ButtonRow>
              <Button type="submit" busy={busy}>
                <Trans>Continue</Trans>
              </Button>
              <Button look="secondary" onClick={onBack}>
                <Trans>Back</Trans>
              </Button>
            </ButtonRow>
          </form>
        ) : (
          <>
            <Notice icon={CircleAlert} tone="wait">
              <p>
                <Trans>
                  No PIN is set. An admin sets one in the staff console, under Tablets; it comes to this
                  tablet by itself.
                </Trans>
              </p>
            </Notice>
            <div>
              <Button look="secondary" onClick={onBack}>
                <Trans>Back</Trans>
              </Button>
            </div>
          </>
        )}
      </Page>
    )
  return (
    <Page title={view.name}>
      <Card>
        <Facts>
          <Fact name={t`Waits to be sent`}>
            {view.unsent === 0 ? t`Nothing` : <Plural value={view.unsent} one="# form" other="# forms" />}
          </Fact>
          <Fact name={t`Last contact`}>
            {view.lastContactAt === null
              ? t`None since it was started`
              : momentOf(i18n.locale, view.lastContactAt)}
          </Fact>
        </Facts>
      </Card>
      {view.refused > 0 ? (
        <Notice icon={CircleAlert} tone="bad">
          <p>
            <Plural
              value={view.refused}
              one="The practice’s server does not take # form. It stays sealed on this tablet, and is tried again every few minutes."
              other="The practice’s server does not take # forms. They stay sealed on this tablet, and are tried again every few minutes."
            />{' '}
            <Trans>Do not remove this tablet. Show it to whoever looks after the portal.</Trans>
          </p>
        </Notice>
      ) : null}
      <ButtonRow>
        <Button onClick={onBack}>
          <Trans>Next client</Trans>
        </Button>
        <Button look="secondary" onClick={() => void tablet.syncNow({})}>
          <Trans>Connect now</Trans>
        </Button>
        <Button look="secondary" onClick={onExit}>
          <Trans>Leave the tablet’s screens</Trans>
        </Button>
      </ButtonRow>
    </Page>
  )
}
