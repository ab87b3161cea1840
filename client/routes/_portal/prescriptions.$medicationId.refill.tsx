import { createFileRoute } from '@tanstack/react-router'
import { AskRefillPage } from '../../features/prescriptions/ask-refill-page.tsx'

function AskRefill() {
  const { medicationId } = Route.useParams()
  return <AskRefillPage key={medicationId} medicationId={medicationId} />
}

export const Route = createFileRoute('/_portal/prescriptions/$medicationId/refill')({ component: AskRefill })
