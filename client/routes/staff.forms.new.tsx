import { createFileRoute } from '@tanstack/react-router'
import { FormPreview } from '../features/forms/form-preview.tsx'
import { FormUploadPage } from '../features/staff/form-upload-page.tsx'

function Upload() {
  const { form } = Route.useSearch()
  return (
    <FormUploadPage
      key={form}
      formId={form}
      preview={(questionnaire, words) => <FormPreview questionnaire={questionnaire} words={words} />}
    />
  )
}

export const Route = createFileRoute('/staff/forms/new')({
  validateSearch: (search: Record<string, unknown>): { form?: string } =>
    typeof search.form === 'string' ? { form: search.form } : {},
  component: Upload,
})
