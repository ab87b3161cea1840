import { createFileRoute } from '@tanstack/react-router'
import { SectionPage } from '../../features/forms/section-page.tsx'

function FormSection() {
  const { draftId, section } = Route.useParams()
  return <SectionPage key={section} draftId={draftId} number={Number(section)} />
}

export const Route = createFileRoute('/_portal/forms/$draftId/section/$section')({ component: FormSection })
