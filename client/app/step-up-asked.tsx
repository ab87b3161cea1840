/** Shows the question of a step-up wherever the person is, and carries the proof to the clinic. */
import { lazy, Suspense, useEffect, useState } from 'react'
import type { PortalSession } from '../replica/portal-session.ts'
import { useSessionView } from '../replica/session-context.tsx'
import type { StepUpQuestion, StepUps } from '../replica/step-up.ts'

const StepUp = lazy(() => import('../features/sign-in/step-up.tsx'))

interface StepUpAskedProps {
  readonly stepUps: StepUps
  /** The one below: proofs are not asked for proofs. */
  readonly session: PortalSession
}

export function StepUpAsked({ stepUps, session }: StepUpAskedProps) {
  const [question, setQuestion] = useState<StepUpQuestion | null>(null)
  const { state } = useSessionView()
  useEffect(() => {
    const watching = stepUps.question$.subscribe(setQuestion)
    return () => watching.unsubscribe()
  }, [stepUps])
  // Locked meanwhile: nothing of it stays on the screen.
  const isGone = state === 'locked' || state === 'starting'
  useEffect(() => {
    if (isGone) question?.answer(false)
  }, [isGone, question])
  if (question === null || isGone) return null
  const audience = state === 'staff' ? 'staff' : 'portal'
  return (
    <Suspense>
      <StepUp
        needed={question.needed}
        onClose={() => question.answer(false)}
        onProof={async (body) => {
          const path = `/api/v1/${audience}/auth/confirm`
          const { status } = await session.request({ method: 'POST', path, body })
          if (status === 204) return void question.answer(true)
          if (status === 423 || status === 429) return 'locked'
          return status === 401 || status === 422 ? 'wrong' : 'unreachable'
        }}
      />
    </Suspense>
  )
}
