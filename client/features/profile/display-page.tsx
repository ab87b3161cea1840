/** How the portal looks, also for those who have no record of their own. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { backClass, Page } from '../../ui/page.tsx'
import { DisplayChoices } from './components/display-choices.tsx'

export function DisplayPage() {
  const { t } = useLingui()
  return (
    <Page
      title={t`Language and display`}
      above={
        <Link to="/account" className={backClass}>
          <ChevronLeft size={18} aria-hidden />
          <Trans>Account</Trans>
        </Link>
      }
    >
      <DisplayChoices />
    </Page>
  )
}
