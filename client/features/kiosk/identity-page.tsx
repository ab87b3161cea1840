/** The code, then the birthday: two screens, one check. Never a list, and no word about which of the two did not fit. */
import { Trans, useLingui } from '@lingui/react/macro'
import { HandHelping } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { readCode } from '../../../shared/domains/kiosk/code.ts'
import type { Tablet } from '../../kiosk/tablet.ts'
import type { OpenedVisit, VisitAnswer } from '../../kiosk/tablet-port.ts'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { DateField } from '../../ui/date-field.tsx'
import { isoDate, NO_DATE } from '../../ui/date-parts.ts'
import { Page } from '../../ui/page.tsx'
import { Notice } from '../../ui/panel.tsx'
import { CodeEntry } from './code-entry.tsx'
import styles from './kiosk.module.css'

type Refused = Extract<VisitAnswer, { ok: false }>['reason']

export function StoppedPage({ reason, onAgain }: { reason: Refused; onAgain: () => void }) {
  const { t } = useLingui()
  return (
    <Page title={t`Please ask at the front desk`}>
      <Notice icon={HandHelping} tone="wait">
        <p>
          {reason === 'mismatch' ? <Trans>The code and the date of birth do not fit together.</Trans> : null}
          {reason === 'replayed' ? <Trans>This code was used already. You can get a new one.</Trans> : null}
          {reason === 'expired' ? <Trans>This code is too old. You can get a new one.</Trans> : null}
          {reason === 'locked' ? (
            <Trans>This tablet waits for somebody of the practice. They open it with their PIN.</Trans>
          ) : null}
          {reason === 'form-missing' ? (
            <Trans>
              Your form is not on this tablet yet. Your code stays good; please try once more in a minute.
            </Trans>
          ) : null}
          {reason === 'storage' ? (
            <Trans>This tablet cannot keep anything now. Nothing was lost.</Trans>
          ) : null}
        </p>
      </Notice>
      {reason === 'locked' ? null : (
        <div>
          <Button look="secondary" onClick={onAgain}>
            <Trans>Start again</Trans>
          </Button>
        </div>
      )}
    </Page>
  )
}

interface IdentityProps {
  readonly tablet: Tablet
  readonly onOpened: (visit: OpenedVisit) => void
  readonly onBack: () => void
}

export function IdentityPage({ tablet, onOpened, onBack }: IdentityProps) {
  const { i18n, t } = useLingui()
  const [step, setStep] = useState<'code' | 'birthday'>('code')
  const [code, setCode] = useState('')
  const [date, setDate] = useState(NO_DATE)
  const [wrong, setWrong] = useState(false)
  const [busy, setBusy] = useState(false)
  const [reason, setReason] = useState<Refused | null>(null)
  if (reason !== null) return <StoppedPage reason={reason} onAgain={onBack} />

  const takeCode = (given: string) => {
    const read = readCode(given)
    setCode(given)
    setWrong(read === undefined)
    if (read !== undefined) setStep('birthday')
  }
  const check = async (event: FormEvent) => {
    event.preventDefault()
    const birthday = isoDate(date, i18n.locale)
    const read = readCode(code)
    setWrong(birthday === null)
    if (birthday === null || read === undefined) return
    setBusy(true)
    const answer = await tablet
      .openVisit({ code: read, birthday })
      .catch((): VisitAnswer => ({ ok: false, reason: 'storage' }))
    if (answer.ok) onOpened(answer.opened)
    else setReason(answer.reason)
  }
  if (step === 'code')
    return (
      <Page
        key="code"
        title={t`Your code`}
        lead={<Trans>The front desk gave it to you. It has ten letters and digits, or is a picture.</Trans>}
      >
        <CodeEntry
          id="visit-code"
          what="visit"
          code={code}
          onChange={setCode}
          error={wrong ? t`This is not a whole code. It looks like F7K2Q-9XMAB.` : undefined}
          onSubmit={() => takeCode(code)}
          onScanned={takeCode}
          buttons={
            <>
              <Button type="submit">
                <Trans>Continue</Trans>
              </Button>
              <Button look="secondary" onClick={onBack}>
                <Trans>Back</Trans>
              </Button>
            </>
          }
        />
      </Page>
    )
  return (
    <Page
      key="birthday"
      title={t`Your date of birth`}
      lead={<Trans>So that nobody else sees your forms.</Trans>}
    >
      <form noValidate autoComplete="off" onSubmit={check} className={styles.form}>
        <DateField
          id="birthday"
          label={t`Date of birth`}
          value={date}
          onChange={setDate}
          error={wrong ? t`Give day, month and year.` : undefined}
        />
        <ButtonRow>
          <Button type="submit" busy={busy}>
            {busy ? <Trans>One moment…</Trans> : <Trans>Open my forms</Trans>}
          </Button>
          <Button look="secondary" onClick={onBack}>
            <Trans>Start again</Trans>
          </Button>
        </ButtonRow>
      </form>
    </Page>
  )
}
