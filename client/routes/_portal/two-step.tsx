import { Trans } from '@lingui/react/macro'
import { createFileRoute, Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { TwoStepPage } from '../../features/sign-in/two-step/two-step-page.tsx'
import { backClass } from '../../ui/page.tsx'

const TwoStep = () => (
  <TwoStepPage
    above={
      <Link to="/account" className={backClass}>
        <ChevronLeft size={18} aria-hidden />
        <Trans>Account</Trans>
      </Link>
    }
  />
)

export const Route = createFileRoute('/_portal/two-step')({ component: TwoStep })
