/** What keeps the whole form from being handed in, by section, after the first try; each line leads to its question. */
import { Trans } from '@lingui/react/macro'
import { useRouter } from '@tanstack/react-router'
import { type MouseEvent, type ReactNode, useEffect, useMemo, useRef } from 'react'
import { outlineForm, questionsIn } from '../../../drafts/form-outline.ts'
import { useSession } from '../../../replica/session-context.tsx'
import panel from '../../../ui/panel.module.css'
import { useOpenDraft, useOpenForm } from '../open-form.tsx'
import { useProblems } from '../problems.ts'
import { writeResume } from '../resume.ts'

interface MissingAnswersProps {
  readonly draftId: string
  readonly attempt: number
  readonly children: (missing: number) => ReactNode
}

export function MissingAnswers({ draftId, attempt, children }: MissingAnswersProps) {
  const router = useRouter()
  const session = useSession()
  const { questionnaire } = useOpenForm()
  const { answers } = useOpenDraft()
  const findProblems = useProblems()
  const box = useRef<HTMLDivElement>(null)
  const problems = useMemo(() => {
    const outline = outlineForm(questionnaire, answers)
    return questionnaire.sections.flatMap((section, index) =>
      findProblems(questionnaire, answers, questionsIn(outline.section(section))).map((problem) => ({
        ...problem,
        section: String(index + 1),
        title: section.title,
      })),
    )
  }, [questionnaire, answers, findProblems])
  useEffect(() => {
    if (attempt > 0) box.current?.focus()
  }, [attempt])

  const go = async (event: MouseEvent, section: string, field: string) => {
    event.preventDefault()
    await writeResume(session, draftId, { section, field })
    await router.navigate({ to: '/forms/$draftId/section/$section', params: { draftId, section } })
  }

  return (
    <>
      {attempt > 0 && problems.length > 0 ? (
        <div className={panel.summary} role="alert" tabIndex={-1} ref={box}>
          <h2>
            <Trans>Please answer these before you submit</Trans>
          </h2>
          <ul>
            {problems.map((problem) => (
              <li key={problem.key}>
                <a
                  href={`/forms/${draftId}/section/${problem.section}`}
                  onClick={(event) => go(event, problem.section, problem.field)}
                >
                  {problem.title}: {problem.message}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {children(problems.length)}
    </>
  )
}
