/** What must be put right on this page: takes focus when it appears, and each line leads to its field. */
import { Trans } from '@lingui/react/macro'
import { type MouseEvent, useEffect, useId, useRef } from 'react'
import { bringIntoSight } from './bring-into-sight.ts'
import styles from './panel.module.css'

export interface FieldProblem {
  /** Of the control or of the fieldset around it. */
  readonly id: string
  readonly message: string
}

/** Focuses the control itself, or the first one inside a fieldset. */
export function focusField(id: string): void {
  const place = document.getElementById(id)
  const control = place?.matches('input, textarea, select, button')
    ? place
    : (place?.querySelector<HTMLElement>('input, textarea, select') ??
      place?.querySelector<HTMLElement>('button'))
  const target = control ?? place
  target?.focus({ preventScroll: true })
  const around = place?.closest('fieldset') ?? place?.parentElement ?? place
  if (around) bringIntoSight(around)
}

/** `attempt` changes with every press of Continue, so that a second failed attempt takes focus again. */
export function ErrorSummary({ problems, attempt }: { problems: readonly FieldProblem[]; attempt: number }) {
  const ref = useRef<HTMLDivElement>(null)
  const title = useId()
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new attempt may take the focus
  useEffect(() => {
    if (problems.length === 0) return
    ref.current?.focus({ preventScroll: true })
    ref.current?.scrollIntoView({ block: 'start' })
  }, [attempt])
  if (problems.length === 0) return null
  const go = (event: MouseEvent, id: string) => {
    event.preventDefault()
    focusField(id)
  }
  return (
    <div className={styles.summary} role="alert" aria-labelledby={title} tabIndex={-1} ref={ref}>
      <h2 id={title}>
        <Trans>Please check these answers</Trans>
      </h2>
      <ul>
        {problems.map((problem) => (
          <li key={problem.id}>
            <a href={`#${problem.id}`} onClick={(event) => go(event, problem.id)}>
              {problem.message}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}
