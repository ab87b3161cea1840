/**
 * The link by which somebody is asked to look after a record. Whoever has an account signs in and accepts; whoever has none
 * makes one right here, for the link has proved the address. L22.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link, useNavigate } from '@tanstack/react-router'
import { CircleAlert, CircleCheckBig } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useSession, useSessionView } from '../../replica/session-context.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Option } from '../../ui/choice.tsx'
import { DateField } from '../../ui/date-field.tsx'
import { NO_DATE } from '../../ui/date-parts.ts'
import { ErrorSummary } from '../../ui/error-summary.tsx'
import { FieldError, TextField } from '../../ui/field.tsx'
import { Card, Notice } from '../../ui/panel.tsx'
import { today } from '../../ui/time.ts'
import styles from './account-access.module.css'
import { AccessPage } from './components/access-page.tsx'
import { CallFailureNotice } from './components/call-failure.tsx'
import { DeadLink } from './components/dead-link.tsx'
import { NeedsNetwork } from './components/needs-network.tsx'
import { NewPassword } from './components/new-password.tsx'
import { birthDate, isLinkSecret, problemOf } from './typed-values.ts'
import { useCall } from './use-call.ts'
import { useProblems } from './use-problems.ts'

export function AcceptAccessPage({ secret }: { readonly secret: string | null }) {
  const { t } = useLingui()
  const { state } = useSessionView()
  if (secret === null || !isLinkSecret(secret)) return <DeadLink title={t`Look after a record`} />
  return state === 'open' ? <Accept secret={secret} /> : <Join secret={secret} />
}

function useBirthday() {
  const { i18n } = useLingui()
  const [born, setBorn] = useState(NO_DATE)
  return { born, setBorn, dateOfBirth: birthDate(born, i18n.locale, today()) }
}

function Accept({ secret }: { secret: string }) {
  const { t } = useLingui()
  const session = useSession()
  const navigate = useNavigate()
  const { person } = useSessionView()
  const { born, setBorn, dateOfBirth } = useBirthday()
  const [failure, setFailure] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const problems = useProblems([
    dateOfBirth === null && { id: 'born', message: t`Enter the date of birth of the person you look after` },
  ])
  const accept = async () => {
    const path = '/api/v1/portal/access/accept'
    const { status, body } = await session.request({
      method: 'POST',
      path,
      body: { invite: secret, dateOfBirth },
    })
    if (status !== 200) {
      const detail: unknown = Reflect.get(Object(body), 'detail')
      return setFailure(
        status === 0 || typeof detail !== 'string'
          ? t`The clinic cannot be reached now. Nothing was changed; try again when you are connected.`
          : detail,
      )
    }
    await session.lookForRecords()
    await session.openRecord({ client: String(Reflect.get(Object(body), 'client')) })
    await navigate({ to: '/' })
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setFailure(null)
    if (!problems.check()) return
    setBusy(true)
    await accept()
    setBusy(false)
  }
  const email = person?.email ?? ''
  return (
    <AccessPage
      title={t`Look after a record`}
      lead={<Trans>You are signed in as {email}. Accept, and you can open the record from now on.</Trans>}
    >
      <ErrorSummary problems={problems.problems} attempt={problems.attempt} />
      {failure === null ? null : (
        <Notice icon={CircleAlert} tone="bad" role="alert">
          <p>{failure}</p>
        </Notice>
      )}
      <Card>
        <form onSubmit={submit} noValidate className={styles.form}>
          <DateField
            id="born"
            label={t`Date of birth of the person whose record it is`}
            value={born}
            onChange={setBorn}
            error={problems.of('born')}
          />
          <Button type="submit" wide busy={busy}>
            <Trans>Accept</Trans>
          </Button>
        </form>
      </Card>
      <Link to="/" className={buttonClass('secondary', true)}>
        <Trans>Not now</Trans>
      </Link>
    </AccessPage>
  )
}

function Join({ secret }: { secret: string }) {
  const { t } = useLingui()
  const call = useCall()
  const { born, setBorn, dateOfBirth } = useBirthday()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [accepts, setAccepts] = useState(false)
  const [done, setDone] = useState(false)
  const problems = useProblems([
    dateOfBirth === null && { id: 'born', message: t`Enter the date of birth of the person you look after` },
    name.trim() === '' && { id: 'name', message: t`Enter your name` },
    problemOf(password, [name]) !== null && {
      id: 'password',
      message: t`Choose a password of at least 12 characters that others would not guess`,
    },
    !accepts && { id: 'accepts', message: t`Accept the terms to go on, or call the practice` },
  ])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!problems.check() || dateOfBirth === null) return
    const joined = await call.run(({ joinRecord }) =>
      joinRecord({ invite: secret, dateOfBirth, name: name.trim(), password }),
    )
    if (!joined) return
    setPassword('')
    setDone(true)
  }
  if (done) return <Joined />
  return (
    <AccessPage
      title={t`Look after a record`}
      lead={
        <Trans>
          Somebody asked you to see their record and to help them with it. Make an account for yourself, or
          sign in if you have one and open the link in the mail again.
        </Trans>
      }
    >
      <NeedsNetwork>
        <Trans>Making an account needs a connection.</Trans>
      </NeedsNetwork>
      <ErrorSummary problems={problems.problems} attempt={problems.attempt} />
      {call.failure ? (
        <CallFailureNotice
          failure={call.failure}
          wrongCode={
            <Trans>
              The date of birth is not the one in the record, or the link is no longer good. Check the date;
              if it is right, ask for a new invitation.
            </Trans>
          }
          taken={
            <Trans>
              There is an account with the address that the mail went to. Sign in with it, then open the link
              in the mail again.
            </Trans>
          }
        />
      ) : null}
      <Card>
        <form onSubmit={submit} noValidate className={styles.form}>
          <DateField
            id="born"
            label={t`Date of birth of the person whose record it is`}
            value={born}
            onChange={setBorn}
            error={problems.of('born')}
          />
          <TextField
            id="name"
            label={t`Your own name`}
            autoComplete="name"
            value={name}
            onChange={setName}
            error={problems.of('name')}
          />
          <NewPassword
            id="password"
            label={t`Your new password`}
            value={password}
            onChange={setPassword}
            about={[name]}
            error={problems.of('password')}
          />
          <div className={styles.accept}>
            <FieldError id="accepts">{problems.of('accepts')}</FieldError>
            <Option
              id="accepts"
              type="checkbox"
              name="accepts"
              checked={accepts}
              onChange={setAccepts}
              invalid={problems.of('accepts') !== undefined}
            >
              <Trans>
                I have read the <Link to="/terms">terms</Link> and accept them
              </Trans>
            </Option>
          </div>
          <Button type="submit" wide busy={call.busy}>
            {call.busy ? <Trans>Setting up…</Trans> : <Trans>Make my account and accept</Trans>}
          </Button>
        </form>
      </Card>
      <p className={styles.links}>
        <Link to="/sign-in">
          <Trans>I have an account: sign in</Trans>
        </Link>
      </p>
    </AccessPage>
  )
}

function Joined() {
  const { t } = useLingui()
  return (
    <AccessPage title={t`Your account is ready`}>
      <Notice icon={CircleCheckBig} tone="good" role="status">
        <p>
          <Trans>
            Sign in with the address that the mail went to and your new password. The record opens right away.
          </Trans>
        </p>
      </Notice>
      <Link to="/sign-in" className={buttonClass('primary', true)}>
        <Trans>Sign in</Trans>
      </Link>
    </AccessPage>
  )
}
