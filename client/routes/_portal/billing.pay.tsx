import { createFileRoute } from '@tanstack/react-router'
import { PayPage } from '../../features/billing/pay-page.tsx'

function Paying() {
  const { statement } = Route.useSearch()
  return <PayPage key={statement ?? ''} first={statement} />
}

export const Route = createFileRoute('/_portal/billing/pay')({
  validateSearch: (search: Record<string, unknown>): { statement?: string } =>
    typeof search.statement === 'string' ? { statement: search.statement } : {},
  component: Paying,
})
