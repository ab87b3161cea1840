/** What stands below a signature: the drawing, and when it was made. */
import { Trans, useLingui } from '@lingui/react/macro'
import type { Answers } from '../../../../shared/domains/forms/schema.ts'
import { isSigned, readSignature } from '../../../../shared/questionnaire/signature.ts'
import type { QuestionNode } from '../../../drafts/form-outline.ts'
import { DrawnSignature } from '../../../ui/drawn-signature.tsx'
import { momentOf } from '../../../ui/time.ts'
import styles from './question.module.css'

export function SignedBelow({ node, answers }: { node: QuestionNode; answers: Answers }) {
  const { i18n } = useLingui()
  const signature = isSigned(node.item) ? readSignature(answers[node.key]) : null
  if (signature === null) return null
  const time = momentOf(i18n.locale, signature.at)
  return (
    <>
      {signature.drawing ? (
        <DrawnSignature drawing={signature.drawing} label={node.item.text} className={styles.drawing} />
      ) : null}
      <span className={styles.soft}>
        {' '}
        <Trans>Signed {time}</Trans>
      </span>
    </>
  )
}
