/** Takes a questionnaire from a file, or as pasted text. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import type { Json } from '../../../../shared/kernel/json.ts'
import { Button } from '../../../ui/button.tsx'
import { describedBy, Field, TextArea } from '../../../ui/field.tsx'
import { Card } from '../../../ui/panel.tsx'
import { parseUpload } from '../forms-data.ts'
import styles from '../staff.module.css'

interface UploadBoxProps {
  readonly busy: boolean
  /** Undefined: what was chosen is no JSON. */
  readonly onChosen: (questionnaire: Json | undefined) => void
}

export function UploadBox({ busy, onChosen }: UploadBoxProps) {
  const { t } = useLingui()
  const [text, setText] = useState('')
  const file = {
    id: 'questionnaire-file',
    label: t`Questionnaire (FHIR R4, JSON)`,
    hint: t`It is checked first. Nothing is published yet.`,
  }
  return (
    <Card>
      <div className={styles.form}>
        <Field {...file}>
          <input
            id={file.id}
            type="file"
            accept=".json,application/json,application/fhir+json"
            aria-describedby={describedBy(file)}
            onChange={async ({ target }) => {
              const chosen = target.files?.[0]
              if (chosen) onChosen(parseUpload(await chosen.text()))
            }}
          />
        </Field>
        <details className={styles.history}>
          <summary>
            <Trans>Paste it instead</Trans>
          </summary>
          <div className={styles.form}>
            <TextArea
              id="questionnaire-text"
              label={t`The questionnaire as text`}
              value={text}
              onChange={setText}
              spellCheck={false}
            />
            <div>
              <Button look="secondary" busy={busy} onClick={() => onChosen(parseUpload(text))}>
                <Trans>Check</Trans>
              </Button>
            </div>
          </div>
        </details>
      </div>
    </Card>
  )
}
