import { createFileRoute } from '@tanstack/react-router'
import { FormPreview } from '../features/forms/form-preview.tsx'
import { FormPage } from '../features/staff/form-page.tsx'

function Form() {
  const { formId } = Route.useParams()
  return (
    <FormPage
      key={formId}
      formId={formId}
      preview={(questionnaire, words) => <FormPreview questionnaire={questionnaire} words={words} />}
    />
  )
}

export const Route = createFileRoute('/staff/forms/$formId')({ component: Form })
