import { useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CalendarDays, CalendarRange, List, Rows3 } from 'lucide-react'
import styles from '../appointments.module.css'
import { VIEWS, type View } from '../view.ts'

const ICONS = { list: List, agenda: Rows3, week: CalendarRange, month: CalendarDays }

export function ViewSwitch() {
  const { t } = useLingui()
  const names: Record<View, string> = { list: t`List`, agenda: t`Agenda`, week: t`Week`, month: t`Month` }
  return (
    <nav aria-label={t`View`} className={styles.views}>
      {VIEWS.map((each) => {
        const Icon = ICONS[each]
        return (
          <Link
            key={each}
            to="/appointments"
            search={each === 'list' ? {} : { view: each }}
            replace
            activeOptions={{ exact: true, includeSearch: true }}
            className={styles.viewLink}
          >
            <Icon size={18} aria-hidden />
            {names[each]}
          </Link>
        )
      })}
    </nav>
  )
}
