import { createFileRoute } from '@tanstack/react-router'
import { DocumentPage } from '../../features/documents/document-page.tsx'

function Opened() {
  const { documentId } = Route.useParams()
  return <DocumentPage key={documentId} documentId={documentId} />
}

export const Route = createFileRoute('/_portal/documents/$documentId')({ component: Opened })
