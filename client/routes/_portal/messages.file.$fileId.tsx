import { createFileRoute } from '@tanstack/react-router'
import { FilePage } from '../../features/messages/file-page.tsx'

function Opened() {
  const { fileId } = Route.useParams()
  return <FilePage key={fileId} fileId={fileId} />
}

export const Route = createFileRoute('/_portal/messages/file/$fileId')({ component: Opened })
