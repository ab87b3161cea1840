import { Trans } from '@lingui/react/macro'
import { Progress } from './panel.tsx'

export function AnsweredProgress({ progress }: { progress: { answered: number; total: number } | null }) {
  if (progress === null) return null
  const { answered, total } = progress
  return (
    <Progress value={answered} of={total}>
      <Trans>
        {answered} of {total} questions answered
      </Trans>
    </Progress>
  )
}
