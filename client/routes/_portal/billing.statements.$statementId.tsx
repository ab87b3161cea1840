import { createFileRoute } from '@tanstack/react-router'
import { StatementPage } from '../../features/billing/statement-page.tsx'

function Opened() {
  const { statementId } = Route.useParams()
  return <StatementPage key={statementId} statementId={statementId} />
}

export const Route = createFileRoute('/_portal/billing/statements/$statementId')({ component: Opened })
