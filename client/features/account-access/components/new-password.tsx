/** The box for a new password: what makes a good one, said before, and how good this one is, while it is typed. */
import { Trans, useLingui } from '@lingui/react/macro'
import {
  PASSWORD_LENGTH,
  type PasswordProblem,
  passwordLength,
} from '../../../../shared/domains/accounts/password-rules.ts'
import { PasswordField } from '../../../ui/password-field.tsx'
import { useSettled } from '../../../ui/use-settled.ts'
import type { Strength } from '../strength.ts'
import { problemOf } from '../typed-values.ts'
import { useStrength } from '../use-strength.ts'
import styles from './new-password.module.css'

const ALOUD_AFTER_MS = 1_000

interface NewPasswordProps {
  readonly id: string
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** Words about the person, which make a password easy to guess. */
  readonly about: readonly string[]
  readonly error?: string | undefined
}

export function NewPassword({ id, label, value, onChange, about, error }: NewPasswordProps) {
  const { min } = PASSWORD_LENGTH
  return (
    <PasswordField
      id={id}
      label={label}
      autoComplete="new-password"
      hint={
        <Trans>
          At least {min} characters; several words that do not belong together are best. Spaces and every
          other character are fine.
        </Trans>
      }
      error={error}
      value={value}
      onChange={onChange}
      below={<Meter password={value} about={about} />}
    />
  )
}

/** Seen at once, read aloud when the typing rests. The rules come first: without them no strength helps. */
function Meter({ password, about }: { password: string; about: readonly string[] }) {
  const strength = useStrength(password, about)
  const problem = password === '' ? null : problemOf(password, about)
  const level = password === '' || problem !== null ? 0 : Math.max(1, strength ?? 1)
  const words = useWords(password, problem, strength)
  const aloud = useSettled(words, ALOUD_AFTER_MS)
  return (
    <div className={styles.meter}>
      <div className={styles.bar} data-level={level} aria-hidden>
        {[1, 2, 3, 4].map((part) => (
          <span key={part} data-on={part <= level} />
        ))}
      </div>
      <p className={styles.words}>{words}</p>
      <p role="status" className="visually-hidden">
        {aloud}
      </p>
    </div>
  )
}

function useWords(password: string, problem: PasswordProblem | null, strength: Strength | null): string {
  const { t } = useLingui()
  const { min, max } = PASSWORD_LENGTH
  if (password === '') return ''
  const missing = min - passwordLength(password)
  if (problem === 'too_short') return t`Too short: ${missing} more to go`
  if (problem === 'too_long') return t`Too long: at most ${max} characters`
  if (problem !== null) return t`Mostly your name, your address or the practice: too easy to guess`
  if (strength === null) return t`Long enough`
  return [t`Easy to guess`, t`Easy to guess`, t`Could be better`, t`Good`, t`Very good`][strength] ?? ''
}
