/** How the portal looks, also for those who have no record of their own, staff among them. */
import { useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { Page } from '../../ui/page.tsx'
import { DisplayChoices } from './components/display-choices.tsx'

export function DisplayPage({ above }: { above?: ReactNode }) {
  const { t } = useLingui()
  return (
    <Page title={t`Language and display`} above={above}>
      <DisplayChoices />
    </Page>
  )
}
