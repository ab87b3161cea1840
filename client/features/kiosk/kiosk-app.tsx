/** The screens of a tablet from one client to the next. Nothing of a visit is in here: it is given a page of its own, and goes with it. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useState } from 'react'
import { currentAppearance, wearOnce } from '../../appearance/appearance.ts'
import type { Tablet } from '../../kiosk/tablet.ts'
import type { OpenedVisit, TabletView } from '../../kiosk/tablet-port.ts'
import { Button } from '../../ui/button.tsx'
import { EnrolPage, NoTablet } from './enrol-page.tsx'
import { IdentityPage, StoppedPage } from './identity-page.tsx'
import styles from './kiosk.module.css'
import { KioskFrame } from './kiosk-frame.tsx'
import { StaffPage } from './staff-page.tsx'
import { useUntouched } from './use-untouched.ts'
import { WelcomePage } from './welcome-page.tsx'

interface KioskAppProps {
  readonly tablet: Tablet
  /** How the visit before this page ended. */
  readonly after: 'parked' | 'finished' | null
  /** A code from the address, for adding this tablet. */
  readonly enrolCode: string
  readonly onOpened: (visit: OpenedVisit) => void
  readonly onExit: () => void
  /** Somebody began and walked away. */
  readonly onIdle: () => void
}
const NEVER_SECONDS = Number.POSITIVE_INFINITY

export function useTabletView(tablet: Tablet): TabletView {
  const [view, setView] = useState(tablet.view$.value)
  useEffect(() => {
    const subscription = tablet.view$.subscribe(setView)
    return () => subscription.unsubscribe()
  }, [tablet])
  return view
}

function HandedBack({ how, onNext }: { how: 'parked' | 'finished'; onNext: () => void }) {
  const { t } = useLingui()
  useEffect(() => {
    document.title = `${t`Thank you`} · MentalSpace`
  }, [t])
  return (
    <div className={styles.big}>
      <h1>{how === 'finished' ? <Trans>Thank you</Trans> : <Trans>Your answers are saved</Trans>}</h1>
      <p>
        <Trans>Please return the tablet to the front desk.</Trans>
      </p>
      <Button look="secondary" onClick={onNext}>
        <Trans>Next client</Trans>
      </Button>
    </div>
  )
}

type Step = 'handed-back' | 'welcome' | 'identity' | 'staff'

export function KioskApp({ tablet, after, enrolCode, onOpened, onExit, onIdle }: KioskAppProps) {
  const view = useTabletView(tablet)
  const [step, setStep] = useState<Step>(after === null ? 'welcome' : 'handed-back')
  const start = () => setStep('welcome')
  const { state } = view
  useUntouched(state === 'ready' ? view.idleSeconds : NEVER_SECONDS, onIdle)
  if (state === 'starting')
    return (
      <KioskFrame view={view}>
        <p role="status">
          <Trans>Opening…</Trans>
        </p>
      </KioskFrame>
    )
  if (state === 'not-enrolled')
    return (
      <KioskFrame view={view}>
        <EnrolPage tablet={tablet} given={enrolCode} />
      </KioskFrame>
    )
  if (state !== 'ready')
    return (
      <KioskFrame view={view}>
        <NoTablet state={state} />
      </KioskFrame>
    )
  return (
    <KioskFrame view={view} onStaff={step === 'staff' ? undefined : () => setStep('staff')}>
      {step === 'staff' ? <StaffPage tablet={tablet} view={view} onBack={start} onExit={onExit} /> : null}
      {step !== 'staff' && view.locked ? <StoppedPage reason="locked" onAgain={start} /> : null}
      {step === 'handed-back' && !view.locked ? (
        <HandedBack how={after ?? 'finished'} onNext={() => void wearOnce(currentAppearance()).then(start)} />
      ) : null}
      {step === 'welcome' && !view.locked ? <WelcomePage onNext={() => setStep('identity')} /> : null}
      {step === 'identity' && !view.locked ? (
        <IdentityPage tablet={tablet} onOpened={onOpened} onBack={start} />
      ) : null}
    </KioskFrame>
  )
}
