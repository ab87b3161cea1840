/** A form's list of short sections, with how far each is. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ChevronLeft, CircleCheck, CircleDashed, CircleDot } from 'lucide-react'
import { useEffect, useState } from 'react'
import { progress as progressOf, type SectionProgress } from '../../../shared/questionnaire/progress.ts'
import { outlineForm, shownSections } from '../../drafts/form-outline.ts'
import { useSession } from '../../replica/session-context.tsx'
import { buttonClass } from '../../ui/button.tsx'
import { backClass, Page } from '../../ui/page.tsx'
import { Status } from '../../ui/panel.tsx'
import { AskedAgain } from './components/asked-again.tsx'
import { HomelessAnswers } from './components/homeless-answers.tsx'
import { NewerVersion } from './components/newer-version.tsx'
import { SaveLine } from './components/save-line.tsx'
import styles from './forms.module.css'
import { useOpenDraft, useOpenForm } from './open-form.tsx'
import { readResume } from './resume.ts'

const isComplete = (one: SectionProgress): boolean =>
  one.missing === 0 && (one.answered > 0 || one.total === 0)

function SectionState({ progress }: { progress: SectionProgress }) {
  if (isComplete(progress))
    return (
      <Status icon={CircleCheck} tone="good">
        <Trans>Completed</Trans>
      </Status>
    )
  if (progress.answered === 0)
    return (
      <Status icon={CircleDashed}>
        <Trans>Not started</Trans>
      </Status>
    )
  return (
    <Status icon={CircleDot} tone="wait">
      <Plural value={progress.missing} one="# answer missing" other="# answers missing" />
    </Status>
  )
}

export function OverviewPage({ draftId }: { draftId: string }) {
  const { t } = useLingui()
  const session = useSession()
  const { questionnaire } = useOpenForm()
  const draft = useOpenDraft()
  const [left, setLeft] = useState<string | null>(null)
  useEffect(() => {
    let gone = false
    readResume(session, draftId).then((resume) => !gone && setLeft(resume?.section ?? null))
    return () => {
      gone = true
    }
  }, [session, draftId])
  const progress = progressOf(questionnaire, draft.answers).sections
  // Each with its place in the whole form: that is its address.
  const sections = shownSections(questionnaire, outlineForm(questionnaire, draft.answers)).flatMap(
    (index) => {
      const section = progress[index]
      return section ? [{ section, number: String(index + 1) }] : []
    },
  )
  const done = sections.filter(({ section }) => isComplete(section)).length
  const total = sections.length
  const begun = draft.status === 'draft'
  const firstOpen = sections.find(({ section }) => !isComplete(section)) ?? sections[0]
  const next = begun && left !== null ? left : (firstOpen?.number ?? '1')

  return (
    <Page
      title={questionnaire.title || draft.title}
      tabTitle={t`Form`}
      above={
        <Link to="/forms" className={backClass}>
          <ChevronLeft size={18} aria-hidden />
          <Trans>Forms</Trans>
        </Link>
      }
      lead={questionnaire.description}
    >
      {draft.amends ? (
        <p>
          <Trans>This corrects a form you have handed in. The first version stays as it was.</Trans>
        </p>
      ) : null}
      <AskedAgain draft={draft} />
      <NewerVersion draft={draft} />
      <SaveLine />
      <div className={styles.buttons}>
        {total === 0 ? null : (
          <Link
            to="/forms/$draftId/section/$section"
            params={{ draftId, section: next }}
            className={buttonClass(done === total ? 'secondary' : 'primary')}
          >
            {begun ? t`Continue where you left off` : t`Start now`}
          </Link>
        )}
        {begun || total === 0 ? (
          <Link
            to="/forms/$draftId/check"
            params={{ draftId }}
            className={buttonClass(done === total ? 'primary' : 'secondary')}
          >
            <Trans>Check your answers</Trans>
          </Link>
        ) : null}
      </div>
      {total < 2 ? null : (
        <p className={styles.soft}>
          <Trans>
            {done} of {total} sections completed. You can fill them in any order.
          </Trans>
        </p>
      )}
      <ol className={styles.tasks}>
        {sections.map(({ section, number }) => (
          <li key={section.id}>
            <Link
              to="/forms/$draftId/section/$section"
              params={{ draftId, section: number }}
              className={styles.task}
            >
              <strong>{section.title}</strong>
              <SectionState progress={section} />
            </Link>
          </li>
        ))}
      </ol>
      <HomelessAnswers draft={draft} />
    </Page>
  )
}
