/** How each tablet is, now: looked at every few seconds while the page is in sight. Nothing here is about a client. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import {
  CircleCheck,
  CircleUserRound,
  HandHelping,
  Hourglass,
  LogOut,
  type LucideIcon,
  TriangleAlert,
  WifiOff,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../../../ui/button.tsx'
import { Status, type Tone } from '../../../ui/panel.tsx'
import { recentOf } from '../../../ui/time.ts'
import { isAway, type StaffTablet } from '../kiosk-data.ts'
import styles from '../staff.module.css'

interface Shown {
  readonly icon: LucideIcon
  readonly tone: Tone
  readonly words: ReactNode
}

function stateOf(tablet: StaffTablet, now: number): Shown {
  if (!tablet.enrolled) return { icon: Hourglass, tone: 'wait', words: <Trans>Waits for its code</Trans> }
  if (tablet.leaving) return { icon: LogOut, tone: 'wait', words: <Trans>Is being removed</Trans> }
  if (isAway(tablet, now)) return { icon: WifiOff, tone: 'wait', words: <Trans>No network</Trans> }
  if (tablet.state === 'staff-needed')
    return { icon: HandHelping, tone: 'bad', words: <Trans>Needs staff</Trans> }
  if (tablet.state === 'in-use')
    return { icon: CircleUserRound, tone: 'info', words: <Trans>With a client</Trans> }
  return { icon: CircleCheck, tone: 'good', words: <Trans>Ready</Trans> }
}

interface StripProps {
  readonly tablets: readonly StaffTablet[]
  readonly now: number
  readonly onRemove: (tablet: StaffTablet) => void
}

export function TabletStrip({ tablets, now, onRemove }: StripProps) {
  const { i18n, t } = useLingui()
  return (
    <ul className={styles.list}>
      {tablets.map((tablet) => {
        const { icon, tone, words } = stateOf(tablet, now)
        const { name, unsent, refused, kept, lastSeenAt } = tablet
        const seen = lastSeenAt === null ? null : recentOf(i18n.locale, lastSeenAt, now)
        return (
          <li key={tablet.id} className={styles.line}>
            <span className={styles.who}>
              <strong>{name}</strong>
              {seen === null ? null : (
                <span>
                  <Trans>Last heard of {seen}</Trans>
                </span>
              )}
            </span>
            {unsent > 0 ? (
              <Status icon={Hourglass} tone="wait">
                <Plural value={unsent} one="# form not sent" other="# forms not sent" />
              </Status>
            ) : null}
            {refused > 0 ? (
              <Status icon={TriangleAlert} tone="bad">
                <Plural value={refused} one="# form not taken" other="# forms not taken" />
              </Status>
            ) : null}
            {kept > 0 ? (
              <Status icon={HandHelping} tone="bad">
                <Plural value={kept} one="# form could not be filed" other="# forms could not be filed" />
              </Status>
            ) : null}
            <Status icon={icon} tone={tone} pill>
              {words}
            </Status>
            {tablet.leaving && unsent === 0 ? null : (
              <Button look="quiet" aria-label={t`Remove ${name}`} onClick={() => onRemove(tablet)}>
                <Trans>Remove</Trans>
              </Button>
            )}
            {refused > 0 ? (
              <p className={styles.whole}>
                <Trans>
                  What was not taken stays sealed on the tablet, and is tried again. Do not remove it; show it
                  to whoever looks after the portal.
                </Trans>
              </p>
            ) : null}
          </li>
        )
      })}
    </ul>
  )
}
