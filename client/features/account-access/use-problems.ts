/** What is missing or mistyped on a page, once somebody has pressed the button. */
import { useState } from 'react'
import type { FieldProblem } from '../../ui/error-summary.tsx'

export function useProblems(found: readonly (FieldProblem | false)[]) {
  const [attempt, setAttempt] = useState(0)
  const all = found.filter((problem) => problem !== false)
  const problems = attempt === 0 ? [] : all
  return {
    attempt,
    problems,
    of: (id: string) => problems.find((problem) => problem.id === id)?.message,
    forget: () => setAttempt(0),
    /** Counts a press of the button: may it be sent? */
    check(): boolean {
      setAttempt((before) => before + 1)
      return all.length === 0
    },
  }
}
