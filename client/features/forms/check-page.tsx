/** Everything once more before it is handed in. What is handed in is exactly what is read here. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link, useRouter } from '@tanstack/react-router'
import { ChevronLeft, CircleAlert } from 'lucide-react'
import { useState } from 'react'
import { dropHidden } from '../../../shared/questionnaire/hidden-answers.ts'
import { AnswersTooLong, commitDraft } from '../../drafts/commit-draft.ts'
import { outlineForm, shownSections } from '../../drafts/form-outline.ts'
import { isDraftMoved } from '../../replica/seen-draft.ts'
import { useReplica } from '../../replica/session-context.tsx'
import { Button } from '../../ui/button.tsx'
import { backClass, Page } from '../../ui/page.tsx'
import { Card, Notice } from '../../ui/panel.tsx'
import { AnswerList } from './components/answer-list.tsx'
import { MissingAnswers } from './components/missing-answers.tsx'
import { SaveLine } from './components/save-line.tsx'
import styles from './forms.module.css'
import { useOpenDraft, useOpenForm } from './open-form.tsx'

/** To the last section that is shown; where none is, to the beginning of the form. */
function BackLink({ draftId, last }: { draftId: string; last: number | undefined }) {
  const words = <Trans>Back</Trans>
  return last === undefined ? (
    <Link to="/forms/$draftId" params={{ draftId }} className={backClass}>
      {words}
    </Link>
  ) : (
    <Link
      to="/forms/$draftId/section/$section"
      params={{ draftId, section: String(last + 1) }}
      className={backClass}
    >
      {words}
    </Link>
  )
}

type Trouble = 'failed' | 'moved' | 'too-long'
const troubleOf = (error: unknown): Trouble => {
  if (error instanceof AnswersTooLong) return 'too-long'
  return isDraftMoved(error) ? 'moved' : 'failed'
}

export function CheckPage({ draftId }: { draftId: string }) {
  const { t } = useLingui()
  const router = useRouter()
  const replica = useReplica()
  const { store, questionnaire } = useOpenForm()
  const draft = useOpenDraft()
  const [attempt, setAttempt] = useState(0)
  const [state, setState] = useState<'idle' | 'busy' | Trouble>('idle')
  const outline = outlineForm(questionnaire, draft.answers)
  const contested = Object.values(draft.contested).some((others) => others.length > 0)

  const submit = async (missing: number) => {
    setAttempt(attempt + 1)
    if (missing > 0 || replica === null) return
    setState('busy')
    try {
      await store.flush()
      // What is on the screen, not what may have come since: that is for the client to look at first.
      const answers = dropHidden(questionnaire, draft.answers)
      const submissionId = await commitDraft(replica, draft, answers, Date.now())
      await router.navigate({ to: '/receipt/$submissionId', params: { submissionId }, replace: true })
    } catch (error) {
      setState(troubleOf(error))
    }
  }

  return (
    <Page
      title={t`Check your answers`}
      above={
        <>
          <Link to="/forms/$draftId" params={{ draftId }} className={backClass}>
            <ChevronLeft size={18} aria-hidden />
            <Trans>All sections</Trans>
          </Link>
          <p className={styles.where}>{questionnaire.title || draft.title}</p>
        </>
      }
      lead={<SaveLine />}
    >
      <MissingAnswers draftId={draftId} attempt={attempt}>
        {(missing) => (
          <>
            {contested ? (
              <Notice icon={CircleAlert} tone="wait">
                <p>
                  <Trans>
                    Some questions have two answers from your devices. If you submit now, the newest one
                    counts; the other stays in the history.
                  </Trans>
                </p>
              </Notice>
            ) : null}
            {questionnaire.sections.map((section, index) =>
              outline.isShown(section) ? (
                <Card key={section.id} labelledBy={`section-${index}`}>
                  <h2 id={`section-${index}`}>{section.title}</h2>
                  <AnswerList
                    nodes={outline.section(section)}
                    answers={outline.answers}
                    change={{ draftId, section: String(index + 1) }}
                  />
                </Card>
              ) : null,
            )}
            {state === 'moved' ? (
              <Notice icon={CircleAlert} tone="wait" role="alert">
                <p>
                  <Trans>
                    An answer changed on another device just now. Nothing was submitted; please look through
                    your answers once more.
                  </Trans>
                </p>
              </Notice>
            ) : null}
            {state === 'too-long' ? (
              <Notice icon={CircleAlert} tone="bad" role="alert">
                <p>
                  <Trans>
                    These answers are together longer than your practice can receive at once. Nothing was
                    submitted, and everything is kept. Please shorten the longest ones, then submit again.
                  </Trans>
                </p>
              </Notice>
            ) : null}
            {state === 'failed' ? (
              <Notice icon={CircleAlert} tone="bad" role="alert">
                <p>
                  <Trans>This could not be saved on the device. Nothing is lost; please try again.</Trans>
                </p>
              </Notice>
            ) : null}
            <p>
              <Trans>
                When you submit, your practice receives these answers. With no network they wait on this
                device and go out by themselves.
              </Trans>
            </p>
            <div className={styles.buttons}>
              <Button busy={state === 'busy'} onClick={() => submit(missing)}>
                <Trans>Submit</Trans>
              </Button>
              <BackLink draftId={draftId} last={shownSections(questionnaire, outline).at(-1)} />
            </div>
          </>
        )}
      </MissingAnswers>
    </Page>
  )
}
