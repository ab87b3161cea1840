import { createFileRoute } from '@tanstack/react-router'
import { ReceiptPage } from '../../features/forms/receipt-page.tsx'

function Receipt() {
  const { submissionId } = Route.useParams()
  return <ReceiptPage submissionId={submissionId} />
}

export const Route = createFileRoute('/_portal/receipt/$submissionId')({ component: Receipt })
