/** The page, or why there is none: of somebody else's record only what was granted, and without any record only the account. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link, useRouterState } from '@tanstack/react-router'
import { UsersRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { useSessionView } from '../replica/session-context.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { EmptyState } from '../ui/panel.tsx'
import { isWithinReach } from './record-reach.ts'

/** About the account, whichever record is open. */
const ALWAYS = ['/account', '/devices', '/display', '/records']

export function WithinReach({ children }: { children: ReactNode }) {
  const { t } = useLingui()
  const { record } = useSessionView()
  const path = useRouterState({ select: (state) => state.location.pathname })
  if (record === null && !ALWAYS.some((always) => path.startsWith(always)))
    return (
      <Page title={t`No record is open`}>
        <EmptyState icon={UsersRound} title={<Trans>Nobody’s record is shared with you now</Trans>}>
          <p>
            <Trans>
              When somebody asks you to look after their record, you get a mail with a link. What was shared
              before has been taken off this device.
            </Trans>
          </p>
        </EmptyState>
      </Page>
    )
  if (isWithinReach(record, path)) return children
  return (
    <Page title={t`This is not shared with you`}>
      <EmptyState icon={UsersRound} title={<Trans>Your access does not include this part</Trans>}>
        <p>
          <Trans>The person whose record it is, or their practice, can change what you may see.</Trans>
        </p>
        <Link to="/" className={buttonClass()}>
          <Trans>Go to what you may see</Trans>
        </Link>
      </EmptyState>
    </Page>
  )
}
