/** Visits of today: where each stands, taking one back, and arming one again that was parked. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Button } from '../../../ui/button.tsx'
import { clockOf } from '../../../ui/time.ts'
import type { KioskView, StaffVisit } from '../kiosk-data.ts'
import styles from '../staff.module.css'

interface VisitListProps {
  readonly view: KioskView
  readonly visits: readonly StaffVisit[]
  readonly onCancel: (visit: StaffVisit) => void
  readonly onAgain: (visit: StaffVisit) => void
}

function VisitState({ visit }: { visit: StaffVisit }) {
  const { i18n } = useLingui()
  const until = clockOf(i18n.locale, visit.expiresAt)
  if (visit.state === 'armed') return <Trans>Code good until {until}</Trans>
  if (visit.state === 'started') return <Trans>Filling in</Trans>
  if (visit.state === 'parked') return <Trans>Parked; the answers are saved</Trans>
  if (visit.state === 'finished') return <Trans>Finished</Trans>
  return visit.state === 'cancelled' ? <Trans>Taken back</Trans> : <Trans>Code not used in time</Trans>
}

export function VisitList({ view, visits, onCancel, onAgain }: VisitListProps) {
  const { t } = useLingui()
  const titleOf = (key: string) => view.forms.find((form) => form.key === key)?.title ?? key
  return (
    <ul className={styles.list}>
      {visits.map((visit) => {
        const tablet = view.items.find(({ id }) => id === visit.tabletId)
        const name = visit.clientName
        const canArm = view.items.some(({ enrolled, leaving }) => enrolled && !leaving)
        const isOpen = visit.state === 'armed' || visit.state === 'started'
        const again = visit.state === 'parked' || visit.state === 'expired' || visit.state === 'cancelled'
        return (
          <li key={visit.id} className={styles.line}>
            <span className={styles.who}>
              <strong>{name}</strong>
              <span>{visit.formKeys.map(titleOf).join(', ')}</span>
              {tablet ? <span>{tablet.name}</span> : null}
            </span>
            <span>
              <VisitState visit={visit} />
              {visit.handedIn > 0 ? (
                <>
                  {' · '}
                  <Plural value={visit.handedIn} one="# form handed in" other="# forms handed in" />
                </>
              ) : null}
              {visit.kept > 0 ? (
                <>
                  {' · '}
                  <Plural
                    value={visit.kept}
                    one="# form could not be filed"
                    other="# forms could not be filed"
                  />
                </>
              ) : null}
            </span>
            {isOpen ? (
              <Button
                look="quiet"
                aria-label={t`Take back the visit of ${name}`}
                onClick={() => onCancel(visit)}
              >
                <Trans>Take back</Trans>
              </Button>
            ) : null}
            {again && canArm ? (
              <Button
                look="secondary"
                aria-label={t`Arm the visit of ${name} again`}
                onClick={() => onAgain(visit)}
              >
                <Trans>Arm again</Trans>
              </Button>
            ) : null}
          </li>
        )
      })}
    </ul>
  )
}
