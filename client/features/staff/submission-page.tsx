/** One submission: what needs attention first, then score, answers with their history, and the review. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ChevronLeft, CircleCheckBig, CornerUpLeft, Flag } from 'lucide-react'
import type { Questionnaire } from '../../../shared/questionnaire/questionnaire.ts'
import { outlineForm, questionsIn } from '../../drafts/form-outline.ts'
import { useQuestionnaire } from '../../drafts/form-rules.ts'
import { backClass, Page } from '../../ui/page.tsx'
import { Card, Fact, Facts, Notice, Status } from '../../ui/panel.tsx'
import type { ScoreSeries } from '../../ui/score-chart.tsx'
import { momentOf } from '../../ui/time.ts'
import { AnswersWithHistory } from './components/answers-with-history.tsx'
import { ExportSubmission } from './components/export-submission.tsx'
import { NotReady } from './components/not-ready.tsx'
import { ReturnForm } from './components/return-form.tsx'
import { ReviewForm } from './components/review-form.tsx'
import { ScoreCard } from './components/score-card.tsx'
import { readSubmission, type StaffScore, type StaffSubmission, submissionPath } from './staff-data.ts'
import { useServerData } from './use-server-data.ts'

/** Of a scale that was complete then too. */
function scoreBefore({ previous }: StaffSubmission, name: string) {
  const before = previous?.scores.find((score) => score.name === name && score.complete)
  return previous && before ? { value: before.value, at: previous.submittedAt } : null
}

/** Of this scale as it is now: bands of another version would be another scale's. */
function seriesOf(
  { submission, scores, earlierScores }: StaffSubmission,
  { name, max }: StaffScore,
  questionnaire: Questionnaire | null,
): ScoreSeries {
  const { id, submittedAt } = submission
  const points = [{ id, submittedAt, scores }, ...earlierScores].flatMap((each) => {
    const score = each.scores.find((one) => one.name === name && one.max === max && one.complete)
    const { submittedAt: at, id: submissionId } = each
    return score ? [{ submissionId, at, value: score.value, band: score.band?.label ?? '' }] : []
  })
  const bands = questionnaire?.scores.find((rule) => rule.name === name)?.bands ?? []
  return { name, max, bands, points: points.sort((a, b) => a.at - b.at) }
}

interface SubmissionProps {
  readonly found: StaffSubmission
  readonly onReviewed: (reviewed: StaffSubmission) => void
}

function SubmissionDetail({ found, onReviewed }: SubmissionProps) {
  const { i18n, t } = useLingui()
  const { submission, definition, clientName } = found
  const questionnaire = useQuestionnaire(definition)
  const outline = questionnaire && outlineForm(questionnaire, submission.answers)
  const flagged = new Set(found.flags.map((flag) => flag.key))
  const asked =
    questionnaire && outline
      ? questionnaire.sections
          .flatMap((section) => questionsIn(outline.section(section)))
          .map(({ key, item }) => ({ key, text: item.text }))
      : []
  return (
    <Page
      title={t`${clientName}: ${submission.title}`}
      tabTitle={t`Submission`}
      wide
      above={
        <Link to="/staff" className={backClass}>
          <ChevronLeft size={18} aria-hidden />
          <Trans>Inbox</Trans>
        </Link>
      }
      lead={
        submission.status === 'reviewed' ? (
          <Status icon={CircleCheckBig} tone="good" pill>
            <Trans>Reviewed</Trans>
          </Status>
        ) : null
      }
    >
      {found.flags.length > 0 ? (
        <Notice icon={Flag} tone="bad" role="region" label={t`Needs attention now`}>
          <h2>
            <Trans>Needs attention now</Trans>
          </h2>
          <ul>
            {found.flags.map((flag) => (
              <li key={`${flag.code}${flag.key}`}>
                {flag.code === 'self-harm' ? (
                  <Trans>Thoughts of self-harm or suicide</Trans>
                ) : (
                  <Trans>Flagged answer</Trans>
                )}
                {': '}
                {questionnaire?.byLinkId.get(flag.linkId)?.text}
              </li>
            ))}
          </ul>
        </Notice>
      ) : null}
      {found.scores.map((score) => (
        <ScoreCard
          key={score.name}
          score={score}
          before={scoreBefore(found, score.name)}
          series={seriesOf(found, score, questionnaire ?? null)}
        />
      ))}
      <Card>
        <Facts>
          <Fact name={t`Submitted`}>{momentOf(i18n.locale, submission.submittedAt)}</Fact>
          {submission.receivedAt ? (
            <Fact name={t`Received`}>{momentOf(i18n.locale, submission.receivedAt)}</Fact>
          ) : null}
          <Fact name={t`Reference`}>{submission.reference ?? ''}</Fact>
          {submission.reviewedAt ? (
            <Fact name={t`Reviewed`}>
              {momentOf(i18n.locale, submission.reviewedAt)}
              {submission.reviewerName ? ` · ${submission.reviewerName}` : null}
            </Fact>
          ) : null}
          {found.reviewNotes ? <Fact name={t`Review note`}>{found.reviewNotes}</Fact> : null}
        </Facts>
      </Card>
      <p>
        <Link to="/staff/clients/$clientId/forms" params={{ clientId: found.clientId }}>
          <Trans>Forms of this client</Trans>
        </Link>
      </p>
      <p>
        <Link to="/staff/clients/$clientId/devices" params={{ clientId: found.clientId }}>
          <Trans>Devices of this client</Trans>
        </Link>
      </p>
      <p>
        <Link to="/staff/clients/$clientId/access" params={{ clientId: found.clientId }}>
          <Trans>People with access to this record</Trans>
        </Link>
      </p>
      <ExportSubmission clientId={found.clientId} submissionId={submission.id} />
      {submission.returned ? (
        <Notice icon={CornerUpLeft} tone="wait">
          <p>
            <Trans>You asked the client for more:</Trans> {submission.returned.note}
          </p>
        </Notice>
      ) : null}
      {submission.status === 'reviewed' ? null : (
        <>
          <ReviewForm found={found} onReviewed={onReviewed} />
          <ReturnForm found={found} questions={asked} onReturned={onReviewed} />
        </>
      )}
      {questionnaire && outline
        ? questionnaire.sections.map((section, index) =>
            outline.isShown(section) ? (
              <Card key={section.id} labelledBy={`section-${index}`}>
                <h2 id={`section-${index}`}>{section.title}</h2>
                <AnswersWithHistory
                  nodes={outline.section(section)}
                  answers={outline.answers}
                  previous={found.previous?.answers ?? null}
                  history={found.history}
                  flagged={flagged}
                  handedIn={{ clientId: found.clientId, submissionId: submission.id }}
                />
              </Card>
            ) : null,
          )
        : null}
    </Page>
  )
}

export function SubmissionPage({ clientId, submissionId }: { clientId: string; submissionId: string }) {
  const { t } = useLingui()
  const { data, again, put } = useServerData(submissionPath(clientId, submissionId), readSubmission)
  if (data.state === 'ready') return <SubmissionDetail found={data.value} onReviewed={put} />
  return (
    <Page title={t`Submission`} wide>
      <NotReady data={data} again={again} />
    </Page>
  )
}
