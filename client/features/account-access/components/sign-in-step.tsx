/** The address and the password to sign in with from now on. */
import { Trans, useLingui } from '@lingui/react/macro'
import type { FormEvent } from 'react'
import { Button } from '../../../ui/button.tsx'
import { ErrorSummary } from '../../../ui/error-summary.tsx'
import { TextField } from '../../../ui/field.tsx'
import { Card } from '../../../ui/panel.tsx'
import styles from '../account-access.module.css'
import { placeOf } from '../registration-steps.ts'
import { isEmail, problemOf } from '../typed-values.ts'
import { useProblems } from '../use-problems.ts'
import type { Registration } from '../use-registration.ts'
import { AccessPage } from './access-page.tsx'
import { NewPassword } from './new-password.tsx'

export function SignInStep({
  typed,
  type,
  go,
  proven,
  about,
  isInvited,
}: Registration & { isInvited: boolean }) {
  const { t } = useLingui()
  const name = proven?.name ?? ''
  const problems = useProblems([
    !isEmail(typed.email) && { id: 'email', message: t`Enter an email address, such as name@example.org` },
    problemOf(typed.password, about) !== null && {
      id: 'password',
      message: t`Choose a password of at least 12 characters that others would not guess`,
    },
  ])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (problems.check()) await go('terms')
  }
  return (
    <AccessPage
      title={t`How you will sign in`}
      place={placeOf('sign-in', isInvited)}
      lead={<Trans>Welcome, {name}. Choose what you sign in with from now on.</Trans>}
    >
      <ErrorSummary problems={problems.problems} attempt={problems.attempt} />
      <Card>
        <form onSubmit={submit} noValidate className={styles.form}>
          <TextField
            id="email"
            name="username"
            label={t`Email`}
            hint={
              proven?.email == null
                ? t`We send a code there, to be sure that it is yours.`
                : t`Another address than this one is confirmed by one more code.`
            }
            type="email"
            inputMode="email"
            autoComplete="username"
            spellCheck={false}
            value={typed.email}
            onChange={(email) => type({ email })}
            error={problems.of('email')}
          />
          <NewPassword
            id="password"
            label={t`Password`}
            value={typed.password}
            onChange={(password) => type({ password })}
            about={about}
            error={problems.of('password')}
          />
          <Button type="submit" wide>
            <Trans>Continue</Trans>
          </Button>
        </form>
      </Card>
    </AccessPage>
  )
}
