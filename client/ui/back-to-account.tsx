import { Trans } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { backClass } from './page.tsx'

export const BackToAccount = () => (
  <Link to="/account" className={backClass}>
    <ChevronLeft size={18} aria-hidden />
    <Trans>Account</Trans>
  </Link>
)
