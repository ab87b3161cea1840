/** Where an account is looked after, one line for each. */
import { Trans } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import {
  AtSign,
  ChevronRight,
  IdCard,
  KeyRound,
  Languages,
  type LucideIcon,
  MonitorSmartphone,
  ScrollText,
  ShieldCheck,
  UserPlus,
  UsersRound,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { useGranted } from '../../../replica/record-grants.ts'
import { useSessionView } from '../../../replica/session-context.tsx'
import styles from './account-links.module.css'

interface LineProps {
  readonly to:
    | '/profile'
    | '/display'
    | '/change-password'
    | '/change-email'
    | '/devices'
    | '/two-step'
    | '/account/access'
    | '/records'
    | '/terms'
  readonly icon: LucideIcon
  readonly children: ReactNode
}

const Line = ({ to, icon: Icon, children }: LineProps) => (
  <li>
    <Link to={to} className={styles.line}>
      <Icon size={20} aria-hidden />
      <span>{children}</span>
      <ChevronRight size={18} aria-hidden />
    </Link>
  </li>
)

/** Of the record that is open, where it may be seen. */
function ProfileLine() {
  const { record } = useSessionView()
  const sees = useGranted('profile', 'read')
  if (!record || !sees) return null
  return (
    <Line to="/profile" icon={IdCard}>
      <Trans>Profile and notifications</Trans>
    </Line>
  )
}

/** Only who has a record of their own can let others see it. */
function People() {
  const { person } = useSessionView()
  if (person?.role !== 'client') return null
  return (
    <Line to="/account/access" icon={UserPlus}>
      <Trans>People with access</Trans>
    </Line>
  )
}

export const AccountLinks = () => (
  <ul className={styles.lines}>
    <ProfileLine />
    <Line to="/display" icon={Languages}>
      <Trans>Language and display</Trans>
    </Line>
    <Line to="/change-password" icon={KeyRound}>
      <Trans>Change password</Trans>
    </Line>
    <Line to="/change-email" icon={AtSign}>
      <Trans>Change email address</Trans>
    </Line>
    <Line to="/devices" icon={MonitorSmartphone}>
      <Trans>Signed-in devices</Trans>
    </Line>
    <People />
    <Line to="/records" icon={UsersRound}>
      <Trans>Records I may open</Trans>
    </Line>
    <Line to="/two-step" icon={ShieldCheck}>
      <Trans>Two-step sign-in and passkeys</Trans>
    </Line>
    <Line to="/terms" icon={ScrollText}>
      <Trans>Terms of use</Trans>
    </Line>
  </ul>
)
