/**
 * A form as whoever fills it will see it, to look at and to try: the same components over a draft that lives in memory,
 * in the words of the language that is looked at. Nothing that is typed here is kept anywhere.
 */
import type { I18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { BehaviorSubject } from 'rxjs'
import type { Draft } from '../../../shared/domains/forms/schema.ts'
import { initialAnswers } from '../../../shared/questionnaire/initial-answers.ts'
import type { Questionnaire, Section } from '../../../shared/questionnaire/questionnaire.ts'
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

interface FormPreviewProps {
  readonly questionnaire: Questionnaire
  /** Of the language that the form is looked at in; whoever looks at it may have another. */
  readonly words: I18n
}

export function FormPreview({ questionnaire, words }: FormPreviewProps) {
  const [round, setRound] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round starts with an empty form
  const store = useMemo(() => memoryStore(questionnaire), [questionnaire, round])
  return (
    <OpenFormInMemory key={round} store={store} questionnaire={questionnaire}>
      <Trial questionnaire={questionnaire} words={words} store={store} onAgain={() => setRound(round + 1)} />
    </OpenFormInMemory>
  )
}

interface TrialProps extends FormPreviewProps {
  readonly store: DraftStore
  readonly onAgain: () => void
}

function Trial({ questionnaire, words, store, onAgain }: TrialProps) {
  const { i18n } = useLingui()
  const { answers } = useSyncExternalStore(store.subscribe, store.snapshot).draft
  const [page, setPage] = useState(0)
  const [checked, setChecked] = useState(false)
  const sections = questionnaire.sections.filter(outlineForm(questionnaire, answers).isShown)
  useEffect(() => setPage((now) => Math.max(0, Math.min(now, sections.length - 1))), [sections.length])
  const section = sections[page]
  if (section === undefined) return null
  const tried = { questionnaire, answers }
  return (
    <div className={styles.form}>
      <I18nProvider i18n={words}>
        <TriedSection
          {...tried}
          checked={checked}
          section={section}
          page={page}
          total={sections.length}
          onPage={setPage}
        />
      </I18nProvider>
      {/* What only whoever tries the form reads is in their language. */}
      <div lang={i18n.locale} className={styles.form}>
        <ButtonRow>
          <Button look="quiet" onClick={() => setChecked(true)}>
            <Trans>Check these answers</Trans>
          </Button>
          <Button look="quiet" onClick={onAgain}>
            <Trans>Empty the form</Trans>
          </Button>
        </ButtonRow>
        {checked ? <Verdict {...tried} words={words} /> : null}
      </div>
    </div>
  )
}

interface Tried {
  readonly questionnaire: Questionnaire
  readonly answers: Draft['answers']
}
interface TriedSectionProps extends Tried {
  readonly checked: boolean
  readonly section: Section
  readonly page: number
  readonly total: number
  readonly onPage: (page: number) => void
}

function TriedSection({ questionnaire, answers, checked, section, page, total, onPage }: TriedSectionProps) {
  const findProblems = useProblems()
  const problems = checked ? findProblems(questionnaire, answers) : []
  const position = page + 1
  return (
    <>
      <p className={styles.where}>
        <Trans>
          Section {position} of {total}
        </Trans>
      </p>
      <h2>{section.title}</h2>
      <Questions
        nodes={outlineForm(questionnaire, answers).section(section)}
        errors={new Map(problems.map((problem) => [problem.key, problem.message]))}
        alarming={alarmingAnswers(questionnaire, answers)}
      />
      {total > 1 ? (
        <ButtonRow>
          {page > 0 ? (
            <Button look="secondary" onClick={() => onPage(page - 1)}>
              <Trans>Back</Trans>
            </Button>
          ) : null}
          {position < total ? (
            <Button onClick={() => onPage(position)}>
              <Trans>Continue</Trans>
            </Button>
          ) : null}
        </ButtonRow>
      ) : null}
    </>
  )
}

function Verdict({ questionnaire, answers, words }: Tried & { readonly words: I18n }) {
  const { t } = useLingui()
  const findProblems = useProblems()
  const scores = scoreAnswers(questionnaire, answers)
  return (
    <Card>
      <div role="status">
        {findProblems(questionnaire, answers).length === 0 ? (
          <p>
            <Trans>These answers could be handed in.</Trans>
          </p>
        ) : (
          <>
            <p>
              <Trans>These answers could not be handed in yet:</Trans>
            </p>
            <I18nProvider i18n={words}>
              <Summaries questionnaire={questionnaire} answers={answers} />
            </I18nProvider>
          </>
        )}
        {scores.map(({ name, value, max, band, complete }) => (
          <p key={name}>
            <span lang={words.locale}>{name}</span>: {value} / {max}
            {' · '}
            {complete ? (
              <span lang={words.locale}>{band?.label}</span>
            ) : (
              t`Not every question is answered, so there is no result.`
            )}
          </p>
        ))}
      </div>
    </Card>
  )
}

function Summaries({ questionnaire, answers }: Tried) {
  const { i18n } = useLingui()
  const findProblems = useProblems()
  return (
    <ul lang={i18n.locale}>
      {findProblems(questionnaire, answers).map(({ key, summary }) => (
        <li key={key}>{summary}</li>
      ))}
    </ul>
  )
}
