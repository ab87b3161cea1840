/** An account for a colleague, who alone chooses its password: a link goes to the address. */
import { Trans, useLingui } from '@lingui/react/macro'
import { type FormEvent, useState } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import { ChoiceGroup, Option } from '../../../ui/choice.tsx'
import { ErrorSummary, type FieldProblem } from '../../../ui/error-summary.tsx'
import { TextField } from '../../../ui/field.tsx'
import { Card } from '../../../ui/panel.tsx'
import { type StaffRole, TEAM_PATH, whyNot } from '../accounts-data.ts'
import styles from '../staff.module.css'
import { AccountTrouble } from './account-trouble.tsx'
import { RoleName } from './role-name.tsx'

const ROLES: readonly StaffRole[] = ['clinician', 'front-desk', 'admin']

export function AddColleague({ onAdded }: { onAdded: (name: string) => void }) {
  const { t } = useLingui()
  const session = useSession()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<StaffRole>('clinician')
  const [attempt, setAttempt] = useState(0)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const found: FieldProblem[] = []
  if (name.trim() === '') found.push({ id: 'name', message: t`Enter the name` })
  if (!/^\S+@\S+\.\S+$/.test(email.trim()))
    found.push({ id: 'email', message: t`Enter an email address, such as name@example.org` })
  const problems = attempt === 0 ? [] : found
  const problem = (id: string) => problems.find((one) => one.id === id)?.message
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setAttempt(attempt + 1)
    setWhy(null)
    if (found.length > 0) return
    setBusy(true)
    const body = { name: name.trim(), email: email.trim(), role }
    const answer = await session.request({ method: 'POST', path: TEAM_PATH, body })
    setBusy(false)
    if (answer.status !== 201) return setWhy(whyNot(answer))
    setAttempt(0)
    setName('')
    setEmail('')
    onAdded(body.name)
  }
  return (
    <>
      <ErrorSummary problems={problems} attempt={attempt} />
      <AccountTrouble why={why} />
      <Card>
        <form onSubmit={submit} noValidate className={styles.form}>
          <TextField id="name" label={t`Name`} value={name} onChange={setName} error={problem('name')} />
          <TextField
            id="email"
            label={t`Email`}
            hint={t`A link to choose a password goes there.`}
            type="email"
            inputMode="email"
            spellCheck={false}
            value={email}
            onChange={setEmail}
            error={problem('email')}
          />
          <ChoiceGroup id="role" role="radiogroup" label={t`Role`}>
            {ROLES.map((one) => (
              <Option
                key={one}
                id={`role-${one}`}
                type="radio"
                name="role"
                checked={role === one}
                onChange={() => setRole(one)}
              >
                <RoleName role={one} />
              </Option>
            ))}
          </ChoiceGroup>
          <div>
            <Button type="submit" busy={busy}>
              {busy ? <Trans>Adding…</Trans> : <Trans>Add to the team</Trans>}
            </Button>
          </div>
        </form>
      </Card>
    </>
  )
}
