/** Around every screen of a tablet: whose tablet it is, how it is, and the way in for staff. */
import { Plural, Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { TabletView } from '../../kiosk/tablet-port.ts'
import { Button } from '../../ui/button.tsx'
import { useOnline } from '../../ui/use-online.ts'
import styles from './kiosk.module.css'

interface FrameProps {
  readonly view: TabletView
  readonly children: ReactNode
  /** Beside the practice's name. */
  readonly actions?: ReactNode
  readonly onStaff?: (() => void) | undefined
}

export function KioskFrame({ view, children, actions, onStaff }: FrameProps) {
  const online = useOnline()
  const { unsent, refused, name, practice } = view
  return (
    <div className={styles.frame}>
      <header className={styles.top}>
        <span className={styles.brand}>{practice === '' ? 'MentalSpace' : practice}</span>
        {actions}
      </header>
      <main id="content" className={styles.main}>
        {children}
      </main>
      {onStaff ? (
        <footer className={styles.foot}>
          <span>
            {name}
            {online ? null : (
              <>
                {' · '}
                <Trans>No network; that is fine</Trans>
              </>
            )}
            {unsent > 0 ? (
              <>
                {' · '}
                <Plural value={unsent} one="# form waits to be sent" other="# forms wait to be sent" />
              </>
            ) : null}
            {refused > 0 ? (
              <>
                {' · '}
                <Plural value={refused} one="# form needs staff" other="# forms need staff" />
              </>
            ) : null}
          </span>
          <Button look="quiet" onClick={onStaff}>
            <Trans>Staff</Trans>
          </Button>
        </footer>
      ) : null}
    </div>
  )
}
