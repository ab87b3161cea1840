/** What keeps the whole form from being handed in, by section, after the first try; each line leads to its question. */
import { Trans } from '@lingui/react/macro'
import { useRouter } from '@tanstack/react-router'
import { type MouseEvent, type ReactNode, useEffect, useMemo, useRef } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import panel from '../../../ui/panel.module.css'
import { useOpenAnswers, useOpenForm } from '../open-form.tsx'
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
  const answers = useOpenAnswers()
  const findProblems = useProblems()
  const box = useRef<HTMLDivElement>(null)
  const problems = useMemo(() => findProblems(questionnaire, answers), [questionnaire, answers, findProblems])
  useEffect(() => {
    if (attempt > 0) box.current?.focus()
  }, [attempt])

  const go = async (event: MouseEvent, index: number, field: string) => {
    event.preventDefault()
    const section = String(index + 1)
    await writeResume(session, draftId, { section, field })
    await router.navigate({ to: '/forms/$draftId/section/$section', params: { draftId, section } })
  }

  return (
    <>
      {attempt > 0 && problems.length > 0 ? (
        <div className={panel.summary} role="alert" tabIndex={-1} ref={box}>
          <h2>
            <Trans>Please look at these before you submit</Trans>
          </h2>
          <ul>
            {problems.map((problem) => (
              <li key={problem.key}>
                <a
                  href={`/forms/${draftId}/section/${problem.section + 1}`}
                  onClick={(event) => go(event, problem.section, problem.field)}
                >
                  {problem.summary}
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
