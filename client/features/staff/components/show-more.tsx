/** The way to the page after the one that was shown last, once that is there and where there is one. */
import { Trans } from '@lingui/react/macro'
import { Button } from '../../../ui/button.tsx'
import type { ServerData } from '../use-server-data.ts'

interface ShowMoreProps {
  /** Of the page that was asked for last. */
  readonly last: ServerData<null>
  readonly next: string | null
  readonly onMore: () => void
}

export function ShowMore({ last, next, onMore }: ShowMoreProps) {
  if (last.state !== 'ready' || next === null) return null
  return (
    <div>
      <Button look="secondary" onClick={onMore}>
        <Trans>Show more</Trans>
      </Button>
    </div>
  )
}
