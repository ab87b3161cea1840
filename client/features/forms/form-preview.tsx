/**
 * A form as whoever fills it will see it, to look at and to try: the same components over a draft that lives in memory.
 * Nothing that is typed here is kept anywhere.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { BehaviorSubject } from 'rxjs'
import type { Draft } from '../../../shared/domains/forms/schema.ts'
import { initialAnswers } from '../../../shared/questionnaire/initial-answers.ts'
import type { Questionnaire } from '../../../shared/questionnaire/questionnaire.ts'
import { scoreAnswers } from '../../../shared/questionnaire/score.ts'
import { browserTimers } from '../../drafts/autosave.ts'
import { changedDraft, type DraftWrite } from '../../drafts/draft-source.ts'
import { createDraftStore, type DraftStore } from '../../drafts/draft-store.ts'
import { outlineForm } from '../../drafts/form-outline.ts'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { Card } from '../../ui/panel.tsx'
import { alarmingAnswers } from './alarming-answers.ts'
import { Questions } from './components/questions.tsx'
import styles from './forms.module.css'
import { OpenFormInMemory } from './open-form.tsx'
import { useProblems } from './problems.ts'

const emptyDraft = (questionnaire: Questionnaire): Draft => ({
  id: '00000000-0000-4000-8000-000000000000',
  definitionId: '00000000-0000-4000-8000-000000000000',
  formKey: 'preview',
  title: questionnaire.title,
  status: 'draft',
  assignedAt: 0,
  answers: initialAnswers(questionnaire) as Draft['answers'],
  contested: {},
  updatedAt: 0,
})

function memoryStore(questionnaire: Questionnaire): DraftStore {
  const first = emptyDraft(questionnaire)
  const changes = new BehaviorSubject(first)
  const write = async (change: DraftWrite) => changes.next(changedDraft(changes.value, change, 0))
  return createDraftStore({ source: { first, changes, write }, timers: browserTimers, isText: () => false })
}

export function FormPreview({ questionnaire }: { questionnaire: Questionnaire }) {
  const [round, setRound] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round starts with an empty form
  const store = useMemo(() => memoryStore(questionnaire), [questionnaire, round])
  return (
    <OpenFormInMemory key={round} store={store} questionnaire={questionnaire}>
      <Trial questionnaire={questionnaire} store={store} onAgain={() => setRound(round + 1)} />
    </OpenFormInMemory>
  )
}

interface TrialProps {
  readonly questionnaire: Questionnaire
  readonly store: DraftStore
  readonly onAgain: () => void
}

function Trial({ questionnaire, store, onAgain }: TrialProps) {
  const { t } = useLingui()
  const { draft } = useSyncExternalStore(store.subscribe, store.snapshot)
  const [page, setPage] = useState(0)
  const [checked, setChecked] = useState(false)
  const findProblems = useProblems()
  const { answers } = draft
  const outline = outlineForm(questionnaire, answers)
  const sections = questionnaire.sections.filter(outline.isShown)
  useEffect(() => setPage((now) => Math.min(now, sections.length - 1)), [sections.length])
  const section = sections[page]
  if (section === undefined) return null
  const problems = checked ? findProblems(questionnaire, answers) : []
  const errors = new Map(problems.map((problem) => [problem.key, problem.message]))
  const scores = scoreAnswers(questionnaire, answers)
  const position = page + 1
  const total = sections.length
  return (
    <div className={styles.form}>
      <p className={styles.where}>
        <Trans>
          Section {position} of {total}
        </Trans>
      </p>
      <h2>{section.title}</h2>
      <Questions
        nodes={outline.section(section)}
        errors={errors}
        alarming={alarmingAnswers(questionnaire, answers)}
      />
      <ButtonRow>
        {page > 0 ? (
          <Button look="secondary" onClick={() => setPage(page - 1)}>
            <Trans>Back</Trans>
          </Button>
        ) : null}
        {position < total ? (
          <Button onClick={() => setPage(position)}>
            <Trans>Continue</Trans>
          </Button>
        ) : null}
        <Button look="quiet" onClick={() => setChecked(true)}>
          <Trans>Check these answers</Trans>
        </Button>
        <Button look="quiet" onClick={onAgain}>
          <Trans>Empty the form</Trans>
        </Button>
      </ButtonRow>
      {checked ? (
        <Card>
          <div role="status">
            {problems.length === 0 ? (
              <p>
                <Trans>These answers could be handed in.</Trans>
              </p>
            ) : (
              <>
                <p>
                  <Trans>These answers could not be handed in yet:</Trans>
                </p>
                <ul>
                  {problems.map(({ key, summary }) => (
                    <li key={key}>{summary}</li>
                  ))}
                </ul>
              </>
            )}
            {scores.map(({ name, value, max, band, complete }) => (
              <p key={name}>
                {name}: {value} / {max}
                {' · '}
                {complete ? (band?.label ?? '') : t`Not every question is answered, so there is no result.`}
              </p>
            ))}
          </div>
        </Card>
      ) : null}
    </div>
  )
}
