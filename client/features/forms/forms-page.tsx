/** All forms: to do, drafts, completed. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ClipboardCheck, FileCheck2 } from 'lucide-react'
import type { Draft, Submission } from '../../../shared/domains/forms/schema.ts'
import { useFormLists, usePendingItem } from '../../drafts/draft-list.ts'
import { useFormTitle } from '../../drafts/form-title.ts'
import { useFormProgress } from '../../drafts/use-form-progress.ts'
import { useSyncView } from '../../replica/session-context.tsx'
import { AnsweredProgress } from '../../ui/answered-progress.tsx'
import { buttonClass } from '../../ui/button.tsx'
import { ItemStatus } from '../../ui/item-status.tsx'
import { Page, Part } from '../../ui/page.tsx'
import { Card, EmptyState } from '../../ui/panel.tsx'
import { dateOf, recentOf } from '../../ui/time.ts'
import { SubmissionStatus } from './components/submission-status.tsx'
import styles from './forms.module.css'

const FormProgress = ({ draft }: { draft: Draft }) => <AnsweredProgress progress={useFormProgress(draft)} />

function DraftCard({ draft }: { draft: Draft }) {
  const { i18n, t } = useLingui()
  const item = usePendingItem(useSyncView(), draft.id)
  const begun = draft.status === 'draft'
  const title = useFormTitle(draft)
  const due = draft.dueAt === undefined ? null : dateOf(i18n.locale, draft.dueAt)
  const edited = recentOf(i18n.locale, draft.updatedAt, Date.now())
  return (
    <Card>
      <div className={styles.card}>
        <div>
          <h3>{title}</h3>
          {draft.amends ? (
            <p className={styles.soft}>
              <Trans>Correction of a form you handed in</Trans>
            </p>
          ) : null}
          {due ? (
            <p className={styles.soft}>
              <Trans>Due {due}</Trans>
            </p>
          ) : null}
          {begun ? (
            <>
              <FormProgress draft={draft} />
              <p className={styles.soft}>
                <Trans>Last changed {edited}</Trans>
              </p>
            </>
          ) : null}
          {item ? <ItemStatus state={item.state} at={item.at} /> : null}
        </div>
        <Link
          to="/forms/$draftId"
          params={{ draftId: draft.id }}
          className={buttonClass(begun ? 'primary' : 'secondary')}
          aria-label={begun ? t`Continue: ${title}` : t`Start: ${title}`}
        >
          {begun ? <Trans>Continue</Trans> : <Trans>Start</Trans>}
        </Link>
      </div>
    </Card>
  )
}

function CompletedCard({ submission }: { submission: Submission }) {
  const { i18n, t } = useLingui()
  const time = recentOf(i18n.locale, submission.submittedAt, Date.now())
  const title = useFormTitle(submission)
  return (
    <Card>
      <div className={styles.card}>
        <div>
          <h3>{title}</h3>
          <p className={styles.soft}>
            <Trans>Submitted {time}</Trans>
          </p>
          <SubmissionStatus submission={submission} />
        </div>
        <Link
          to="/completed/$submissionId"
          params={{ submissionId: submission.id }}
          className={buttonClass('secondary')}
          aria-label={t`View: ${title}`}
        >
          <Trans>View</Trans>
        </Link>
      </div>
    </Card>
  )
}

export function FormsPage() {
  const { t } = useLingui()
  const lists = useFormLists()
  if (lists === undefined) return <Page title={t`Forms`}>{null}</Page>
  return (
    <Page title={t`Forms`}>
      <Part id="to-do" title={<Trans>To do</Trans>}>
        {lists.toDo.length === 0 ? (
          <EmptyState icon={ClipboardCheck} title={<Trans>Nothing new to fill in</Trans>}>
            <p>
              <Trans>When your practice asks you for a form, it appears here.</Trans>
            </p>
          </EmptyState>
        ) : (
          lists.toDo.map((draft) => <DraftCard key={draft.id} draft={draft} />)
        )}
      </Part>
      {lists.begun.length > 0 ? (
        <Part id="drafts" title={<Trans>Drafts</Trans>}>
          {lists.begun.map((draft) => (
            <DraftCard key={draft.id} draft={draft} />
          ))}
        </Part>
      ) : null}
      <Part id="completed" title={<Trans>Completed</Trans>}>
        {lists.completed.length > 0 ? (
          <p>
            <Link to="/forms/scores">
              <Trans>Your scores over time</Trans>
            </Link>
          </p>
        ) : null}
        {lists.completed.length === 0 ? (
          <EmptyState icon={FileCheck2} title={<Trans>Nothing handed in yet</Trans>}>
            <p>
              <Trans>A copy of every form you submit stays here, to read and to print.</Trans>
            </p>
          </EmptyState>
        ) : (
          lists.completed.map((submission) => <CompletedCard key={submission.id} submission={submission} />)
        )}
      </Part>
    </Page>
  )
}
