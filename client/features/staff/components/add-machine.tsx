/** Lets a program in: its name, the public half of a key that never leaves it, and what it may do. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleCheckBig } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import { ChoiceGroup, Option } from '../../../ui/choice.tsx'
import { ErrorSummary, type FieldProblem } from '../../../ui/error-summary.tsx'
import { TextArea, TextField } from '../../../ui/field.tsx'
import { Card, Notice } from '../../../ui/panel.tsx'
import { MACHINES_PATH, whyNot } from '../accounts-data.ts'
import styles from '../staff.module.css'
import { AccountTrouble } from './account-trouble.tsx'

const WRITES = ['clients', 'appointments', 'medications', 'statements', 'documents', 'messages'] as const
const READS = [...WRITES, 'submissions', 'requests'] as const
const SCOPES = [
  ...WRITES.map((area) => `${area}:write`),
  ...READS.map((area) => `${area}:read`),
  'webhooks:manage',
]

/** Undefined for what is no public key, a private one above all: that is nobody's to paste anywhere. */
function publicKey(text: string): Record<string, unknown> | undefined {
  try {
    const found: unknown = JSON.parse(text)
    const { kty, crv, x, y, d } = Object(found) as Record<string, unknown>
    if (typeof kty !== 'string' || typeof crv !== 'string' || typeof x !== 'string' || d !== undefined)
      return undefined
    return { kty, crv, x, ...(typeof y === 'string' && { y }) }
  } catch {
    return undefined
  }
}

export function AddMachine({ onAdded }: { onAdded: () => void }) {
  const { t } = useLingui()
  const session = useSession()
  const [name, setName] = useState('')
  const [key, setKey] = useState('')
  const [scopes, setScopes] = useState<readonly string[]>(SCOPES)
  const [attempt, setAttempt] = useState(0)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const [added, setAdded] = useState<string | null>(null)
  const words: Readonly<Record<string, string>> = {
    clients: t`clients`,
    appointments: t`appointments`,
    medications: t`medications`,
    statements: t`statements`,
    documents: t`documents`,
    messages: t`messages`,
    submissions: t`submitted forms`,
    requests: t`requests`,
  }
  const wordsOf = (scope: string) => {
    const [area = '', level] = scope.split(':')
    const what = words[area] ?? area
    if (level === 'manage') return t`Be told of changes (webhooks)`
    return level === 'write' ? t`Write ${what}` : t`Read ${what}`
  }
  const found: FieldProblem[] = []
  if (name.trim() === '') found.push({ id: 'machine-name', message: t`Enter the program’s name` })
  if (publicKey(key) === undefined)
    found.push({ id: 'machine-key', message: t`Paste the public key as a JWK, without its private part` })
  if (scopes.length === 0) found.push({ id: 'machine-scopes', message: t`Choose what it may do` })
  const problems = attempt === 0 ? [] : found
  const problem = (id: string) => problems.find((one) => one.id === id)?.message
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setAttempt(attempt + 1)
    setWhy(null)
    setAdded(null)
    if (found.length > 0) return
    setBusy(true)
    const body = { name: name.trim(), scopes, key: publicKey(key) }
    const answer = await session.request({ method: 'POST', path: MACHINES_PATH, body })
    setBusy(false)
    if (answer.status !== 201) return setWhy(whyNot(answer))
    setAttempt(0)
    setName('')
    setKey('')
    setAdded(String((answer.body as { id?: unknown }).id))
    onAdded()
  }
  return (
    <details className={styles.history}>
      <summary>
        <Trans>Add a program</Trans>
      </summary>
      <div className={styles.form}>
        <ErrorSummary problems={problems} attempt={attempt} />
        <AccountTrouble why={why} />
        <div role="status">
          {added === null ? null : (
            <Notice icon={CircleCheckBig} tone="good">
              <p>
                <Trans>It has access now. It signs in as account {added}.</Trans>
              </p>
            </Notice>
          )}
        </div>
        <Card>
          <form onSubmit={submit} noValidate className={styles.form}>
            <TextField
              id="machine-name"
              label={t`Name of the program`}
              value={name}
              onChange={setName}
              error={problem('machine-name')}
            />
            <TextArea
              id="machine-key"
              label={t`Public key (JWK)`}
              value={key}
              rows={4}
              onChange={setKey}
              error={problem('machine-key')}
            />
            <ChoiceGroup
              id="machine-scopes"
              role="group"
              label={t`What it may do`}
              error={problem('machine-scopes')}
            >
              {SCOPES.map((scope) => (
                <Option
                  key={scope}
                  id={`scope-${scope}`}
                  type="checkbox"
                  name="machine-scopes"
                  checked={scopes.includes(scope)}
                  onChange={(checked) =>
                    setScopes(checked ? [...scopes, scope] : scopes.filter((one) => one !== scope))
                  }
                >
                  {wordsOf(scope)}
                </Option>
              ))}
            </ChoiceGroup>
            <div>
              <Button type="submit" busy={busy}>
                {busy ? <Trans>Adding…</Trans> : <Trans>Add the program</Trans>}
              </Button>
            </div>
          </form>
        </Card>
      </div>
    </details>
  )
}
