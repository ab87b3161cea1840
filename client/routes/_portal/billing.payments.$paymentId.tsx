import { createFileRoute } from '@tanstack/react-router'
import { PaymentPage } from '../../features/billing/payment-page.tsx'

function Opened() {
  const { paymentId } = Route.useParams()
  return <PaymentPage key={paymentId} paymentId={paymentId} />
}

export const Route = createFileRoute('/_portal/billing/payments/$paymentId')({ component: Opened })
