import { createFileRoute, Outlet } from '@tanstack/react-router'
import { OpenFormProvider } from '../../features/forms/open-form.tsx'

function OpenForm() {
  const { draftId } = Route.useParams()
  return (
    <OpenFormProvider draftId={draftId}>
      <Outlet />
    </OpenFormProvider>
  )
}

export const Route = createFileRoute('/_portal/forms/$draftId')({ component: OpenForm })
