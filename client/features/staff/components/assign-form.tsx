/** Gives a client a form: its newest version, with a day until which it should be back if that matters. */
import { Trans, useLingui } from '@lingui/react/macro'
import { type FormEvent, useState } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import fieldStyles from '../../../ui/field.module.css'
import { Field } from '../../../ui/field.tsx'
import { Card } from '../../../ui/panel.tsx'
import { CATALOGUE_PATH, clientFormsPath, readCatalogue, troubleOf } from '../forms-data.ts'
import styles from '../staff.module.css'
import { useServerData } from '../use-server-data.ts'
import { FormTrouble } from './form-trouble.tsx'
import { NotReady } from './not-ready.tsx'

interface AssignFormProps {
  readonly clientId: string
  readonly onAssigned: (title: string) => void
}

/** The end of that day where the staff is; undefined without one. */
const endOf = (day: string): number | undefined => {
  const at = Date.parse(`${day}T23:59:59`)
  return Number.isNaN(at) ? undefined : at
}

export function AssignForm({ clientId, onAssigned }: AssignFormProps) {
  const { t } = useLingui()
  const session = useSession()
  const { data, again } = useServerData(CATALOGUE_PATH, readCatalogue)
  const [formKey, setFormKey] = useState('')
  const [day, setDay] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<string | null>(null)
  const forms = data.state === 'ready' ? data.value.filter(({ active }) => active) : []
  const error = tried && formKey === '' ? t`Choose a form` : undefined
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    const form = forms.find(({ key }) => key === formKey)
    if (form === undefined) return
    setBusy(true)
    const dueAt = endOf(day)
    const answer = await session.request({
      method: 'POST',
      path: clientFormsPath(clientId),
      body: { formKey, ...(dueAt === undefined ? {} : { dueAt }) },
    })
    setBusy(false)
    setTrouble(answer.status === 201 ? null : troubleOf(answer))
    if (answer.status !== 201) return
    setTried(false)
    setFormKey('')
    setDay('')
    onAssigned(form.title)
  }
  return (
    <Card>
      <NotReady data={data} again={again} />
      <form onSubmit={submit} noValidate autoComplete="off" className={styles.form}>
        <Field id="assign-form" label={t`Form`} error={error}>
          <select
            id="assign-form"
            className={fieldStyles.input}
            value={formKey}
            onChange={({ target }) => setFormKey(target.value)}
            autoComplete="off"
            aria-invalid={error ? true : undefined}
          >
            <option value="">{t`Choose a form`}</option>
            {forms.map(({ key, title }) => (
              <option key={key} value={key}>
                {title}
              </option>
            ))}
          </select>
        </Field>
        <Field id="assign-due" label={t`Back by`} optional>
          <input
            id="assign-due"
            className={fieldStyles.input}
            type="date"
            value={day}
            onChange={({ target }) => setDay(target.value)}
            autoComplete="off"
          />
        </Field>
        <FormTrouble why={trouble} />
        <div>
          <Button type="submit" busy={busy}>
            <Trans>Ask for it</Trans>
          </Button>
        </div>
      </form>
    </Card>
  )
}
