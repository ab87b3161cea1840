/** A copy of what was handed in: read-only, printable, with where it is. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ChevronLeft, Printer } from 'lucide-react'
import { useDefinition, useSubmission } from '../../drafts/draft-list.ts'
import { outlineForm } from '../../drafts/form-outline.ts'
import { useQuestionnaire } from '../../drafts/form-rules.ts'
import { Button } from '../../ui/button.tsx'
import { backClass, Page } from '../../ui/page.tsx'
import { Card, Fact, Facts } from '../../ui/panel.tsx'
import { momentOf } from '../../ui/time.ts'
import { AnswerList } from './components/answer-list.tsx'
import { AskedForMore } from './components/asked-for-more.tsx'
import { ExportCopy } from './components/export-copy.tsx'
import { MissingForm } from './components/missing-form.tsx'
import { SubmissionStatus } from './components/submission-status.tsx'
import styles from './forms.module.css'

export function CompletedPage({ submissionId }: { submissionId: string }) {
  const { i18n, t } = useLingui()
  const submission = useSubmission(submissionId)
  const definition = useDefinition(submission?.definitionId)
  const questionnaire = useQuestionnaire(definition)
  if (submission === undefined || definition === undefined || (definition && questionnaire === undefined))
    return null
  if (submission === null || !questionnaire) return <MissingForm />
  const outline = outlineForm(questionnaire, submission.answers)
  return (
    <Page
      title={questionnaire.title || submission.title}
      tabTitle={t`Form`}
      above={
        <Link to="/forms" className={backClass}>
          <ChevronLeft size={18} aria-hidden />
          <Trans>Forms</Trans>
        </Link>
      }
      lead={<SubmissionStatus submission={submission} />}
    >
      <Card>
        <Facts>
          <Fact name={t`Submitted`}>{momentOf(i18n.locale, submission.submittedAt)}</Fact>
          {submission.receivedAt ? (
            <Fact name={t`Received by the clinic`}>{momentOf(i18n.locale, submission.receivedAt)}</Fact>
          ) : null}
          {submission.reference ? <Fact name={t`Reference`}>{submission.reference}</Fact> : null}
          {submission.reviewedAt ? (
            <Fact name={t`Reviewed`}>{momentOf(i18n.locale, submission.reviewedAt)}</Fact>
          ) : null}
        </Facts>
      </Card>
      <div className={styles.buttons}>
        <Button look="secondary" onClick={() => print()}>
          <Printer size={18} aria-hidden />
          <Trans>Print or save a copy</Trans>
        </Button>
        {submission.receivedAt ? <ExportCopy submissionId={submission.id} /> : null}
      </div>
      <AskedForMore submission={submission} />
      {questionnaire.sections.map((section, index) =>
        outline.isShown(section) ? (
          <Card key={section.id} labelledBy={`section-${index}`}>
            <h2 id={`section-${index}`}>{section.title}</h2>
            <AnswerList nodes={outline.section(section)} answers={outline.answers} />
          </Card>
        ) : null,
      )}
    </Page>
  )
}
