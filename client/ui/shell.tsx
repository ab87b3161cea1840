/**
 * The frame around every page: navigation at the bottom on a phone, at the side from tablets on. `Door` is the frame
 * of pages before anybody is known.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { HeartPulse, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { SkipLink } from './page.tsx'
import styles from './shell.module.css'

export interface NavItem {
  readonly to: string
  readonly label: string
  readonly icon: LucideIcon
  /** Current only at this very address, not below it. */
  readonly exact?: boolean
  /** Not in the bar of a phone, which has room for five: there the status leads to it. */
  readonly besideOnly?: boolean
}

const Mark = () => (
  <span className={styles.mark} aria-hidden>
    <HeartPulse size={20} />
  </span>
)

interface ShellProps {
  readonly home: string
  readonly items: readonly NavItem[]
  /** What follows them (more-pages.tsx): a phone's bar has room for four beside it. */
  readonly more?: ReactNode
  /** Beside the brand on a phone, below the navigation elsewhere. */
  readonly status?: ReactNode
  /** Where the status leads on a phone; `label` says it to those who hear the link. */
  readonly statusLeadsTo?: { readonly to: string; readonly label: string }
  /** Signing out: beside the status of a phone, where its words are only heard, and below the navigation elsewhere. */
  readonly leave?: (words: 'shown' | 'heard') => ReactNode
  /** Above every page, and in sight while it is scrolled. */
  readonly banner?: ReactNode
  readonly children: ReactNode
}

interface NavLinksProps {
  readonly items: readonly NavItem[]
  readonly onFollow?: () => void
}

export const NavLinks = ({ items, onFollow }: NavLinksProps) =>
  items.map(({ to, label, icon: Icon, exact, besideOnly }) => (
    <li key={to} className={besideOnly ? styles.besideOnly : undefined}>
      <Link to={to} className={styles.link} activeOptions={{ exact: exact ?? false }} onClick={onFollow}>
        <Icon size={22} aria-hidden />
        {label}
      </Link>
    </li>
  ))

export function Shell({ home, items, more, status, statusLeadsTo, leave, banner, children }: ShellProps) {
  const { t } = useLingui()
  return (
    <div className={styles.shell}>
      <SkipLink />
      <header className={styles.top}>
        <Link to={home} className={styles.brand}>
          <Mark />
          <span>MentalSpace</span>
        </Link>
        {status || leave ? (
          <div>
            {status && statusLeadsTo ? (
              <Link to={statusLeadsTo.to} className={styles.status}>
                <span className="visually-hidden">{statusLeadsTo.label} </span>
                {status}
              </Link>
            ) : (
              status
            )}
            {leave?.('heard')}
          </div>
        ) : null}
      </header>
      <nav className={styles.nav} aria-label={t`Main`}>
        <ul className={more ? styles.tight : undefined}>
          <NavLinks items={items} />
        </ul>
        {more}
        {status ? <div className={styles.aside}>{status}</div> : null}
        {leave ? <div className={styles.asideLeave}>{leave('shown')}</div> : null}
      </nav>
      <main id="content" className={styles.main} tabIndex={-1}>
        {banner}
        {children}
      </main>
    </div>
  )
}

export const Door = ({ children }: { children: ReactNode }) => (
  <div className={styles.door}>
    <header>
      <span className={styles.brand}>
        <Mark />
        <Trans>MentalSpace Portal</Trans>
      </span>
    </header>
    <main id="content">{children}</main>
  </div>
)
