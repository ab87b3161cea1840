/** Can somebody sign in? In words, with an icon. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleCheckBig, CircleDashed, Clock3, FolderClosed, Lock } from 'lucide-react'
import { Status } from '../../../ui/panel.tsx'
import { clockOf } from '../../../ui/time.ts'

interface AccountStateProps {
  readonly state: 'none' | 'invited' | 'active' | 'locked' | 'closed'
  readonly lockedUntil?: number | null
}

export function AccountState({ state, lockedUntil }: AccountStateProps) {
  const { i18n } = useLingui()
  if (state === 'active')
    return (
      <Status icon={CircleCheckBig} tone="good" pill>
        <Trans>Can sign in</Trans>
      </Status>
    )
  if (state === 'invited')
    return (
      <Status icon={Clock3} tone="info" pill>
        <Trans>Invited</Trans>
      </Status>
    )
  if (state === 'none')
    return (
      <Status icon={CircleDashed} pill>
        <Trans>No account</Trans>
      </Status>
    )
  if (state === 'closed')
    return (
      <Status icon={FolderClosed} pill>
        <Trans>Record closed</Trans>
      </Status>
    )
  const time = lockedUntil ? clockOf(i18n.locale, lockedUntil) : null
  return (
    <Status icon={Lock} tone="wait" pill>
      {time === null ? (
        <Trans>Locked after wrong passwords</Trans>
      ) : (
        <Trans>Locked after wrong passwords until {time}</Trans>
      )}
    </Status>
  )
}
