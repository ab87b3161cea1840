/** After submitting: what was handed in, when, and where it is. The reference comes with the clinic's receipt. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CircleCheckBig, CloudUpload } from 'lucide-react'
import { useDefinition, useSubmission } from '../../drafts/draft-list.ts'
import { useQuestionnaire } from '../../drafts/form-rules.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Card, Fact, Facts, Notice } from '../../ui/panel.tsx'
import { momentOf } from '../../ui/time.ts'
import { alarmingAnswers } from './alarming-answers.ts'
import { CrisisCard } from './components/crisis-card.tsx'
import { MissingForm } from './components/missing-form.tsx'
import { SubmissionStatus } from './components/submission-status.tsx'
import styles from './forms.module.css'

export function ReceiptPage({ submissionId }: { submissionId: string }) {
  const { i18n, t } = useLingui()
  const submission = useSubmission(submissionId)
  const definition = useDefinition(submission?.definitionId)
  const questionnaire = useQuestionnaire(definition)
  if (submission === undefined || definition === undefined) return null
  if (submission === null) return <MissingForm />
  const flagged = questionnaire ? alarmingAnswers(questionnaire, submission.answers).size > 0 : false
  const received = submission.status !== 'sent'
  return (
    <Page title={received ? t`Your practice has received your form` : t`Your form is ready to go`}>
      <Notice icon={received ? CircleCheckBig : CloudUpload} tone={received ? 'good' : 'info'} role="status">
        <p>
          {received ? (
            <Trans>Thank you. There is nothing more to do.</Trans>
          ) : (
            <Trans>
              Thank you. It is saved on this device and goes to your practice by itself as soon as there is a
              network. You can close the portal.
            </Trans>
          )}
        </p>
      </Notice>
      {flagged ? <CrisisCard /> : null}
      <Card>
        <Facts>
          <Fact name={t`Form`}>{questionnaire?.title || submission.title}</Fact>
          <Fact name={t`Submitted`}>{momentOf(i18n.locale, submission.submittedAt)}</Fact>
          {submission.receivedAt ? (
            <Fact name={t`Received by the clinic`}>{momentOf(i18n.locale, submission.receivedAt)}</Fact>
          ) : null}
          <Fact name={t`Reference`}>{submission.reference ?? t`Comes with the clinic's receipt`}</Fact>
          <Fact name={t`Status`}>
            <SubmissionStatus submission={submission} />
          </Fact>
        </Facts>
      </Card>
      <div className={styles.buttons}>
        <Link to="/" className={buttonClass()}>
          <Trans>Go to home</Trans>
        </Link>
        <Link to="/completed/$submissionId" params={{ submissionId }} className={buttonClass('secondary')}>
          <Trans>See your answers</Trans>
        </Link>
      </div>
    </Page>
  )
}
