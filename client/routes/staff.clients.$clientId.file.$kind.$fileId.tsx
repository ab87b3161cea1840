import { createFileRoute, notFound } from '@tanstack/react-router'
import { FILE_KINDS } from '../features/staff/documents-data.ts'
import { StaffFilePage } from '../features/staff/file-page.tsx'

/** `thread`: the conversation it came in; `submission`: the form it was handed in with. No title here: addresses are kept by the browser. */
export interface OpenedFrom {
  readonly thread?: string
  readonly submission?: string
}

function Opened() {
  const { clientId, kind, fileId } = Route.useParams()
  const { thread, submission } = Route.useSearch()
  const known = FILE_KINDS.find((one) => one === kind)
  if (known === undefined) throw notFound()
  return (
    <StaffFilePage
      key={fileId}
      clientId={clientId}
      kind={known}
      fileId={fileId}
      threadId={thread}
      submissionId={submission}
    />
  )
}

export const Route = createFileRoute('/staff/clients/$clientId/file/$kind/$fileId')({
  component: Opened,
  validateSearch: ({ thread, submission }): OpenedFrom => ({
    ...(typeof thread === 'string' && { thread }),
    ...(typeof submission === 'string' && { submission }),
  }),
})
