/** What happened to a request: what, when, by whom, and what was said. */
import { useLingui } from '@lingui/react/macro'
import type { RefillState, RefillStep } from '../../../../shared/domains/medications/refill-schema.ts'
import { momentOf } from '../../../ui/time.ts'
import styles from '../prescriptions.module.css'

const isAnswer = ({ status, by, note }: RefillStep, index: number) =>
  index > 0 && status === 'requested' && by === 'client' && note !== undefined

export function RefillSteps({ steps }: { steps: readonly RefillStep[] }) {
  const { i18n, t } = useLingui()
  const words: Record<RefillState, string> = {
    requested: t`Asked for`,
    'more-information': t`Question of the practice`,
    approved: t`Approved`,
    declined: t`Not approved`,
    sent: t`Sent to the pharmacy`,
    done: t`Done`,
    withdrawn: t`Withdrawn`,
  }
  return (
    <ol className={styles.steps} aria-label={t`What happened`}>
      {steps.map((step, index) => (
        <li key={`${step.at} ${step.status}`}>
          <p>
            <strong>{isAnswer(step, index) ? t`Answered` : words[step.status]}</strong>
            <span className={styles.soft}>
              {' '}
              · {step.name} · {momentOf(i18n.locale, step.at)}
            </span>
          </p>
          {step.note ? <p className={styles.quote}>{step.note}</p> : null}
        </li>
      ))}
    </ol>
  )
}
