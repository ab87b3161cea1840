/** The forms of the visit, and the page after one was handed in. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CircleCheckBig } from 'lucide-react'
import type { Draft, Submission } from '../../../shared/domains/forms/schema.ts'
import { useFormLists } from '../../drafts/draft-list.ts'
import { useFormTitle } from '../../drafts/form-title.ts'
import { useFormProgress } from '../../drafts/use-form-progress.ts'
import { AnsweredProgress } from '../../ui/answered-progress.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Card, Notice } from '../../ui/panel.tsx'
import styles from './kiosk.module.css'
import { useVisitEnd } from './visit-end.ts'

function Task({ draft }: { draft: Draft }) {
  const { t } = useLingui()
  const progress = useFormProgress(draft)
  const begun = draft.status === 'draft'
  const title = useFormTitle(draft)
  return (
    <Card>
      <div className={styles.task}>
        <div>
          <h2>{title}</h2>
          {begun ? <AnsweredProgress progress={progress} /> : null}
        </div>
        <Link
          to="/forms/$draftId"
          params={{ draftId: draft.id }}
          className={buttonClass()}
          aria-label={begun ? t`Continue: ${title}` : t`Start: ${title}`}
        >
          {begun ? <Trans>Continue</Trans> : <Trans>Start</Trans>}
        </Link>
      </div>
    </Card>
  )
}

function HandedIn({ submission }: { submission: Submission }) {
  const title = useFormTitle(submission)
  return (
    <Notice icon={CircleCheckBig} tone="good">
      <p>
        <Trans>{title}: handed in</Trans>
      </p>
    </Notice>
  )
}

export function VisitFormsPage() {
  const { t } = useLingui()
  const lists = useFormLists()
  const end = useVisitEnd()
  if (lists === undefined) return null
  const open = [...lists.begun, ...lists.toDo]
  if (open.length === 0) return <AllDone />
  return (
    <Page title={t`Your forms`} lead={<Trans>Everything you type is saved at once.</Trans>}>
      {open.map((draft) => (
        <Task key={draft.id} draft={draft} />
      ))}
      {lists.completed.map((submission) => (
        <HandedIn key={submission.id} submission={submission} />
      ))}
      <div>
        <Button look="secondary" onClick={() => void end('parked')}>
          <Trans>Stop here</Trans>
        </Button>
      </div>
    </Page>
  )
}

function AllDone() {
  const { t } = useLingui()
  const end = useVisitEnd()
  return (
    <Page title={t`Thank you, that is everything`}>
      <Notice icon={CircleCheckBig} tone="good" role="status">
        <p>
          <Trans>
            Your forms are sealed for your practice. With no network they go out by themselves later.
          </Trans>
        </p>
      </Notice>
      <div>
        <Button onClick={() => void end('finished')}>
          <Trans>Finish</Trans>
        </Button>
      </div>
    </Page>
  )
}

/** After one form: the next one, or the end. */
export const HandedInPage = () => <VisitFormsPage />
