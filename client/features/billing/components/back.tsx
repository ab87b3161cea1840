import { Trans } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { backClass } from '../../../ui/page.tsx'

export const Back = () => (
  <Link to="/billing" className={backClass}>
    <ChevronLeft size={18} aria-hidden />
    <Trans>Billing</Trans>
  </Link>
)
