/** Another password, for somebody who is signed in. The server changes it first; then it opens this device as well. L13. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleCheckBig } from 'lucide-react'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useSession, useSessionView } from '../../replica/session-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Option } from '../../ui/choice.tsx'
import { ErrorSummary } from '../../ui/error-summary.tsx'
import { Page } from '../../ui/page.tsx'
import { Card, Notice } from '../../ui/panel.tsx'
import { PasswordField } from '../../ui/password-field.tsx'
import styles from './account-access.module.css'
import { CallFailureNotice } from './components/call-failure.tsx'
import { FactorField } from './components/factor-field.tsx'
import { NeedsNetwork } from './components/needs-network.tsx'
import { NewPassword } from './components/new-password.tsx'
import { problemOf } from './typed-values.ts'
import { useProblems } from './use-problems.ts'
import { useProof } from './use-proof.ts'

export function ChangePasswordPage({ above }: { readonly above: ReactNode }) {
  const { t } = useLingui()
  const session = useSession()
  const { person, state } = useSessionView()
  const [present, setPresent] = useState('')
  const [password, setPassword] = useState('')
  const [endsOthers, setEndsOthers] = useState(true)
  const proof = useProof()
  const [isDone, setDone] = useState(false)
  const about = [person?.name ?? '', person?.email ?? '']
  const problems = useProblems([
    present === '' && { id: 'present', message: t`Enter your present password` },
    problemOf(password, about) !== null && {
      id: 'password',
      message: t`Choose a password of at least 12 characters that others would not guess`,
    },
  ])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    proof.forget()
    if (!problems.check()) return
    const given = { password: present, newPassword: password, endOtherSessions: endsOthers }
    if (!(await proof.run((factor) => session.changePassword({ ...given, ...factor })))) return
    setPresent('')
    setPassword('')
    setDone(true)
  }
  return (
    <Page title={t`Change your password`} above={above}>
      {isDone ? (
        <Notice icon={CircleCheckBig} tone="good" role="status">
          <p>
            {state === 'staff' ? (
              <Trans>Your password is changed.</Trans>
            ) : (
              <Trans>
                Your password is changed. It also unlocks this device from now on; everything that is saved
                here and not sent yet is untouched. Other devices still unlock with the old password until
                they are next signed in.
              </Trans>
            )}
          </p>
        </Notice>
      ) : (
        <>
          <NeedsNetwork>
            <Trans>Changing your password needs a connection.</Trans>
          </NeedsNetwork>
          <ErrorSummary problems={problems.problems} attempt={problems.attempt} />
          {proof.failure ? <CallFailureNotice failure={proof.failure} /> : null}
          <Card>
            <form onSubmit={submit} noValidate className={styles.form}>
              {/* Tells password managers whose password this is. */}
              <input
                type="hidden"
                name="username"
                autoComplete="username"
                value={person?.email ?? ''}
                readOnly
              />
              <PasswordField
                id="present"
                label={t`Present password`}
                value={present}
                onChange={setPresent}
                error={problems.of('present')}
              />
              <NewPassword
                id="password"
                label={t`New password`}
                value={password}
                onChange={setPassword}
                about={about}
                error={problems.of('password')}
              />
              <Option
                id="ends-others"
                type="checkbox"
                name="ends-others"
                checked={endsOthers}
                onChange={setEndsOthers}
                note={t`Leave this on if somebody else may know the old password. Nothing that is saved on them is lost.`}
              >
                <Trans>Sign out my other devices</Trans>
              </Option>
              {proof.asksFactor ? <FactorField value={proof.factor} onChange={proof.setFactor} /> : null}
              <Button type="submit" wide busy={proof.busy}>
                {proof.busy ? <Trans>Saving…</Trans> : <Trans>Change password</Trans>}
              </Button>
            </form>
          </Card>
        </>
      )}
    </Page>
  )
}
