/** Arms a visit: who, which forms, at which tablet, in which language, until when. */
import { Trans, useLingui } from '@lingui/react/macro'
import { WifiOff } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { LANGUAGES } from '../../../appearance/appearance.ts'
import { LANGUAGE_NAMES } from '../../../appearance/language.ts'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import { ChoiceGroup, Option } from '../../../ui/choice.tsx'
import { ErrorSummary, type FieldProblem } from '../../../ui/error-summary.tsx'
import field from '../../../ui/field.module.css'
import { Field, TextField } from '../../../ui/field.tsx'
import { Card, Notice } from '../../../ui/panel.tsx'
import { clientAccounts, readClientAccounts, whyNot } from '../accounts-data.ts'
import { type Coded, isAway, type KioskView, readCoded, VISITS_PATH } from '../kiosk-data.ts'
import styles from '../staff.module.css'
import { useServerData } from '../use-server-data.ts'
import { AccountTrouble } from './account-trouble.tsx'

/** Minutes; a code for later today is prepared in the morning. */
const SPANS = [10, 60, 240, 720] as const

interface ArmVisitProps {
  readonly view: KioskView
  readonly now: number
  readonly onArmed: (coded: Coded) => void
}

export function ArmVisit({ view, now, onArmed }: ArmVisitProps) {
  const { t } = useLingui()
  const session = useSession()
  const [search, setSearch] = useState('')
  const found = useServerData(clientAccounts(search.trim()), readClientAccounts).data
  const clients = found.state === 'ready' ? found.value.items.filter(({ state }) => state !== 'closed') : []
  const tablets = view.items.filter(({ enrolled, leaving }) => enrolled && !leaving)
  const [values, setValues] = useState({ client: '', tablet: '', language: 'en', minutes: '10' })
  const put = (change: Partial<typeof values>) => setValues((before) => ({ ...before, ...change }))
  const [forms, setForms] = useState<readonly string[]>([])
  const [attempt, setAttempt] = useState(0)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const tablet = values.tablet === '' ? (tablets[0]?.id ?? '') : values.tablet
  const chosen = tablets.find(({ id }) => id === tablet)
  const client = clients.some(({ clientId }) => clientId === values.client) ? values.client : ''
  const problemsNow: FieldProblem[] = []
  if (client === '') problemsNow.push({ id: 'visit-client', message: t`Choose a client` })
  if (forms.length === 0) problemsNow.push({ id: 'visit-forms', message: t`Choose at least one form` })
  const problems = attempt === 0 ? [] : problemsNow
  const problem = (id: string) => problems.find((one) => one.id === id)?.message
  const spans: Record<string, string> = {
    10: t`10 minutes`,
    60: t`1 hour`,
    240: t`4 hours`,
    720: t`12 hours`,
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setAttempt(attempt + 1)
    setWhy(null)
    if (problemsNow.length > 0) return
    setBusy(true)
    const { language, minutes } = values
    const body = { client, tablet, forms, language, minutes: Number(minutes) }
    const answer = await session.request({ method: 'POST', path: VISITS_PATH, body })
    setBusy(false)
    const coded = answer.status === 201 ? readCoded(answer.body) : null
    if (coded === null) return setWhy(whyNot(answer))
    setAttempt(0)
    setForms([])
    put({ client: '' })
    setSearch('')
    onArmed(coded)
  }
  if (tablets.length === 0) return null
  const select = (
    id: keyof typeof values,
    label: string,
    options: readonly (readonly [string, string])[],
  ) => (
    <Field id={`visit-${id}`} label={label} error={problem(`visit-${id}`)}>
      <select
        id={`visit-${id}`}
        className={field.input}
        value={id === 'tablet' ? tablet : id === 'client' ? client : values[id]}
        onChange={(event) => put({ [id]: event.target.value })}
      >
        {options.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </Field>
  )
  return (
    <Card labelledBy="arm-visit">
      <h2 id="arm-visit">
        <Trans>Arm a visit</Trans>
      </h2>
      <ErrorSummary problems={problems} attempt={attempt} />
      {why === 'wrong_state' ? (
        <p role="alert">
          <Trans>
            The record has no date of birth, and a tablet asks for it. Add it first; nothing was armed.
          </Trans>
        </p>
      ) : null}
      {why === 'invalid_document' ? (
        <p role="alert">
          <Trans>
            One of these forms cannot be handed in without a photo or a file, and a tablet takes none: the
            client fills it in on a device of their own. Nothing was armed.
          </Trans>
        </p>
      ) : null}
      {why === 'wrong_state' || why === 'invalid_document' ? null : <AccountTrouble why={why} />}
      <form onSubmit={submit} noValidate autoComplete="off" className={styles.form}>
        <div className={styles.pair}>
          <TextField
            id="visit-search"
            label={t`Find a client by name`}
            value={search}
            onChange={setSearch}
            spellCheck={false}
          />
          {select('client', t`Client`, [
            ['', t`Choose…`],
            ...clients.map(({ clientId, name }) => [clientId, name] as const),
          ])}
        </div>
        <ChoiceGroup id="visit-forms" label={t`Forms`} error={problem('visit-forms')}>
          {view.forms.map(({ key, title }) => (
            <Option
              key={key}
              id={`visit-form-${key}`}
              type="checkbox"
              name="visit-forms"
              checked={forms.includes(key)}
              onChange={(checked) => setForms(checked ? [...forms, key] : forms.filter((one) => one !== key))}
            >
              {title}
            </Option>
          ))}
        </ChoiceGroup>
        <div className={styles.pair}>
          {select(
            'tablet',
            t`Tablet`,
            tablets.map(({ id, name }) => [id, name] as const),
          )}
          {select(
            'language',
            t`Language`,
            LANGUAGES.map((one) => [one, LANGUAGE_NAMES[one]] as const),
          )}
          {select(
            'minutes',
            t`The code is good for`,
            SPANS.map((one) => [String(one), spans[one] ?? ''] as const),
          )}
        </div>
        {chosen !== undefined && isAway(chosen, now) ? (
          <Notice icon={WifiOff} tone="wait">
            <p>
              <Trans>
                This tablet has no network now. A code works on it once it has been heard of again.
              </Trans>
            </p>
          </Notice>
        ) : null}
        <div>
          <Button type="submit" busy={busy}>
            <Trans>Arm the visit</Trans>
          </Button>
        </div>
      </form>
    </Card>
  )
}
