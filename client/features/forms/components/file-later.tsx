/** A question for a file where none is taken: what is there already, and how one can be added. */
import { Trans } from '@lingui/react/macro'
import { House } from 'lucide-react'
import { valuesOf } from '../../../../shared/questionnaire/answer-values.ts'
import { filesIn } from '../../../../shared/questionnaire/attached-file.ts'
import fieldStyles from '../../../ui/field.module.css'
import { FieldHint, OptionalMark } from '../../../ui/field.tsx'
import { Notice } from '../../../ui/panel.tsx'
import { useOpenAnswers } from '../open-form.tsx'
import { fieldProps } from '../use-answer.ts'
import { AttachedAnswer } from './attached-answer.tsx'
import styles from './question.module.css'
import type { QuestionProps } from './question.tsx'

export function FileLater({ node }: Pick<QuestionProps, 'node'>) {
  const files = filesIn(valuesOf(node.instance, useOpenAnswers()))
  const { id, label, hint, optional } = fieldProps(node, undefined)
  return (
    <fieldset id={id} className={fieldStyles.field} tabIndex={-1}>
      <legend className={fieldStyles.legend}>
        {label}
        {optional ? <OptionalMark /> : null}
      </legend>
      <FieldHint id={id}>{hint}</FieldHint>
      <div className={styles.fileAnswer}>
        {files.map((attached) => (
          <AttachedAnswer key={attached.file} attached={attached} />
        ))}
        <Notice icon={House}>
          <p>
            <Trans>
              This tablet takes no photos and no files; you can add them later at home. Fill in the rest, then
              press “Stop here”: the form waits for you in the portal. Or hand it in without.
            </Trans>
          </p>
        </Notice>
      </div>
    </fieldset>
  )
}
