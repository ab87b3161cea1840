import { createFileRoute } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'

/** Read when it is shown: this is the address of a first visit too, which has nobody to show it to yet. */
const Dashboard = lazy(() => import('../../features/dashboard/dashboard-page.tsx'))

export const Route = createFileRoute('/_portal/')({
  codeSplitGroupings: [],
  component: () => (
    <Suspense fallback={null}>
      <Dashboard />
    </Suspense>
  ),
})
