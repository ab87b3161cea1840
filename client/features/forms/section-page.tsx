/**
 * One section of a form. Answers are saved as they are typed; "Continue" checks the section and names what is missing,
 * and the way back to the list of sections is always open.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Link, useRouter } from '@tanstack/react-router'
import { ChevronLeft, MessageCircleQuestion } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { hasAnswer, isScale, outlineForm, questionsIn, shownSections } from '../../drafts/form-outline.ts'
import { useDraftPart } from '../../drafts/use-draft.ts'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { ErrorSummary, focusField } from '../../ui/error-summary.tsx'
import { backClass, Page } from '../../ui/page.tsx'
import { Notice } from '../../ui/panel.tsx'
import { alarmingAnswers } from './alarming-answers.ts'
import { MissingForm } from './components/missing-form.tsx'
import { Questions } from './components/questions.tsx'
import { SaveLine } from './components/save-line.tsx'
import { fieldId } from './field-id.ts'
import styles from './forms.module.css'
import { useOpenAnswers, useOpenForm } from './open-form.tsx'
import { useProblems } from './problems.ts'
import { useResume } from './resume.ts'

export function SectionPage({ draftId, number }: { draftId: string; number: number }) {
  const { t } = useLingui()
  const router = useRouter()
  const { store, questionnaire } = useOpenForm()
  const answers = useOpenAnswers()
  const ownTitle = useDraftPart(store, ({ draft }) => draft.title)
  const [attempt, setAttempt] = useState(0)
  const [skipping, setSkipping] = useState(false)
  const section = questionnaire.sections[number - 1]
  const resume = useResume(draftId, String(number))
  const findProblems = useProblems()
  if (section === undefined) return <MissingForm />

  const outline = outlineForm(questionnaire, answers)
  const nodes = outline.section(section)
  // One that was skipped meanwhile, and is open all the same, counts as where it would stand.
  const shown = shownSections(questionnaire, outline).map((index) => index + 1)
  const position = shown.filter((each) => each < number).length + 1
  const total = Math.max(position, shown.length)
  const alarming = alarmingAnswers(questionnaire, answers)
  const questions = questionsIn(nodes)
  const problems = attempt > 0 ? findProblems(questionnaire, answers, number - 1) : []
  const errors = new Map(problems.map((problem) => [problem.key, problem.message]))
  const open = isScale(questions) ? questions.filter((question) => !hasAnswer(answers, question)) : []

  const go = async (event: FormEvent) => {
    event.preventDefault()
    await store.flush().catch(() => {})
    setAttempt(attempt + 1)
    if (findProblems(questionnaire, store.snapshot().draft.answers, number - 1).length > 0) return
    if (open.length > 0 && !skipping) return setSkipping(true)
    // As the form is now: the last answer may have opened a section, or closed one.
    const now = outlineForm(questionnaire, store.snapshot().draft.answers)
    const next = shownSections(questionnaire, now).find((index) => index >= number)
    if (next !== undefined)
      await router.navigate({
        to: '/forms/$draftId/section/$section',
        params: { draftId, section: String(next + 1) },
      })
    else await router.navigate({ to: '/forms/$draftId/check', params: { draftId } })
  }

  const first = open[0]
  const before = shown.findLast((each) => each < number)
  return (
    <Page
      title={section.title}
      tabTitle={t`Form`}
      above={
        <>
          <Link to="/forms/$draftId" params={{ draftId }} className={backClass}>
            <ChevronLeft size={18} aria-hidden />
            <Trans>All sections</Trans>
          </Link>
          <p className={styles.where}>
            {questionnaire.title || ownTitle} ·{' '}
            <Trans>
              Section {position} of {total}
            </Trans>
          </p>
        </>
      }
      lead={<SaveLine />}
    >
      <ErrorSummary
        attempt={attempt}
        problems={problems.map((problem) => ({ id: problem.field, message: problem.summary }))}
      />
      {/* Off for the whole form: browsers write the values of other controls to their session files, in the clear. */}
      <form noValidate autoComplete="off" onSubmit={go} onFocus={resume} className={styles.form}>
        <Questions nodes={nodes} errors={errors} alarming={alarming} />
        {skipping && first !== undefined ? (
          <Notice icon={MessageCircleQuestion} tone="wait" role="alert">
            <p>
              <Plural
                value={open.length}
                one="# question is not answered. The result means more when every question has an answer."
                other="# questions are not answered. The result means more when every question has an answer."
              />
            </p>
            <ButtonRow>
              <Button look="secondary" onClick={() => focusField(fieldId(first.key))}>
                <Trans>Go to the first one</Trans>
              </Button>
            </ButtonRow>
          </Notice>
        ) : null}
        <div className={styles.buttons}>
          <Button type="submit">
            {skipping && open.length > 0 ? t`Continue without these answers` : t`Continue`}
          </Button>
          <Button
            look="secondary"
            onClick={() =>
              before !== undefined
                ? router.navigate({
                    to: '/forms/$draftId/section/$section',
                    params: { draftId, section: String(before) },
                  })
                : router.navigate({ to: '/forms/$draftId', params: { draftId } })
            }
          >
            <Trans>Back</Trans>
          </Button>
        </div>
      </form>
    </Page>
  )
}
