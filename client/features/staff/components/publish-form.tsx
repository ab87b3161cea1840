/** The last step of an upload: under which name, of which kind, and for whom. */
import { Trans, useLingui } from '@lingui/react/macro'
import { type FormEvent, useState } from 'react'
import { Button } from '../../../ui/button.tsx'
import { Option } from '../../../ui/choice.tsx'
import fieldStyles from '../../../ui/field.module.css'
import { Field, TextField } from '../../../ui/field.tsx'
import { Card } from '../../../ui/panel.tsx'
import { shortName } from '../forms-data.ts'
import styles from '../staff.module.css'

export interface Publishing {
  readonly key: string
  readonly kind: string
  readonly forNewClients: boolean
}
interface PublishFormProps {
  readonly title: string
  /** Else it is a version of a form that has its name already. */
  readonly isNew: boolean
  readonly busy: boolean
  readonly onPublish: (publishing: Publishing) => void
}

export function PublishForm({ title, isNew, busy, onPublish }: PublishFormProps) {
  const { t } = useLingui()
  const [key, setKey] = useState(() => shortName(title))
  const [kind, setKind] = useState('custom')
  const [forNewClients, setForNewClients] = useState(false)
  const [tried, setTried] = useState(false)
  const sound = /^[a-z0-9][a-z0-9-]{0,99}$/.test(key)
  const kinds = {
    custom: t`Custom`,
    'symptom-checklist': t`Symptom checklist`,
    'initial-intake': t`Initial intake`,
    'annual-update': t`Annual update`,
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (sound || !isNew) onPublish({ key, kind, forNewClients })
  }
  return (
    <Card>
      <form onSubmit={submit} noValidate autoComplete="off" className={styles.form}>
        <p>
          <strong>{title}</strong>
        </p>
        {isNew ? (
          <>
            <TextField
              id="form-key"
              label={t`Short name`}
              hint={t`Small letters, digits and hyphens. It never changes.`}
              error={tried && !sound ? t`Enter small letters, digits and hyphens` : undefined}
              value={key}
              onChange={setKey}
              spellCheck={false}
            />
            <Field id="form-kind" label={t`Kind of form`}>
              <select
                id="form-kind"
                className={fieldStyles.input}
                value={kind}
                onChange={({ target }) => setKind(target.value)}
                autoComplete="off"
              >
                {Object.entries(kinds).map(([value, name]) => (
                  <option key={value} value={value}>
                    {name}
                  </option>
                ))}
              </select>
            </Field>
            <Option
              id="form-new-clients"
              type="checkbox"
              name="new-clients"
              checked={forNewClients}
              onChange={setForNewClients}
            >
              <Trans>Every new client gets it</Trans>
            </Option>
          </>
        ) : (
          <p>
            <Trans>
              From now on this version is given to clients. Whoever is filling in an earlier one goes on with
              it, and may move to this one.
            </Trans>
          </p>
        )}
        <div>
          <Button type="submit" busy={busy}>
            <Trans>Publish</Trans>
          </Button>
        </div>
      </form>
    </Card>
  )
}
