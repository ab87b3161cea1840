/** A document of a client, or a file that came with a message or a form, as the practice sees it: over the network, kept nowhere. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { useCallback, useState } from 'react'
import { savedName } from '../../../shared/domains/documents/limits.ts'
import { useSession } from '../../replica/session-context.tsx'
import { OpenedFile } from '../../ui/opened-file.tsx'
import { backClass, Page } from '../../ui/page.tsx'
import { useOnline } from '../../ui/use-online.ts'
import { type FileKind, filePath } from './documents-data.ts'

interface StaffFilePageProps {
  readonly clientId: string
  readonly kind: FileKind
  readonly fileId: string
  /** The conversation that it came in. */
  readonly threadId: string | undefined
  /** The form that it was handed in with. */
  readonly submissionId: string | undefined
}

export function StaffFilePage({ clientId, kind, fileId, threadId, submissionId }: StaffFilePageProps) {
  const { t } = useLingui()
  const session = useSession()
  const isOnline = useOnline()
  const [name, setName] = useState<string>()
  const read = useCallback(async () => {
    const answer = await session.readFile(`${filePath(clientId, kind, fileId)}/download`)
    if (answer.ok) setName(answer.name)
    return answer
  }, [session, clientId, kind, fileId])
  const title = name ?? t`File of a client`
  return (
    <Page
      title={title}
      tabTitle={t`File of a client`}
      wide
      above={<WayBack clientId={clientId} threadId={threadId} submissionId={submissionId} />}
    >
      <OpenedFile
        read={read}
        title={title}
        isOnline={isOnline}
        savedName={(type) => savedName(title, type)}
      />
    </Page>
  )
}

function WayBack({
  clientId,
  threadId,
  submissionId,
}: Pick<StaffFilePageProps, 'clientId' | 'threadId' | 'submissionId'>) {
  if (submissionId !== undefined)
    return (
      <Link
        to="/staff/submissions/$submissionId"
        params={{ submissionId }}
        search={{ client: clientId }}
        className={backClass}
      >
        <ChevronLeft size={18} aria-hidden />
        <Trans>Form</Trans>
      </Link>
    )
  if (threadId !== undefined)
    return (
      <Link to="/staff/messages/$clientId/$threadId" params={{ clientId, threadId }} className={backClass}>
        <ChevronLeft size={18} aria-hidden />
        <Trans>Conversation</Trans>
      </Link>
    )
  return (
    <Link to="/staff/clients/$clientId/documents" params={{ clientId }} className={backClass}>
      <ChevronLeft size={18} aria-hidden />
      <Trans>Documents of the client</Trans>
    </Link>
  )
}
