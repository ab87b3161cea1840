import { Trans } from '@lingui/react/macro'
import { createFileRoute, Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { DisplayPage } from '../../features/profile/display-page.tsx'
import { backClass } from '../../ui/page.tsx'

const Display = () => (
  <DisplayPage
    above={
      <Link to="/account" className={backClass}>
        <ChevronLeft size={18} aria-hidden />
        <Trans>Account</Trans>
      </Link>
    }
  />
)

export const Route = createFileRoute('/_portal/display')({ component: Display })
