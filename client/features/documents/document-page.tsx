/** One document: what is in it, from this device where it is kept; saving it, keeping it for when there is no network. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ChevronLeft, HardDriveDownload, SearchX, Trash2 } from 'lucide-react'
import { useCallback, useState } from 'react'
import { savedName } from '../../../shared/domains/documents/limits.ts'
import type { SharedDocument } from '../../../shared/domains/documents/schema.ts'
import { sizeOf } from '../../../shared/kernel/file-size.ts'
import type { FileTrouble, KeptFile } from '../../replica/file-views.ts'
import { useFiles, useSession, useSyncView } from '../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { prepareViewer } from '../../ui/file-view.tsx'
import { FileProblem, OpenedFile } from '../../ui/opened-file.tsx'
import { backClass, Page } from '../../ui/page.tsx'
import { EmptyState, Progress } from '../../ui/panel.tsx'
import { dateOf } from '../../ui/time.ts'
import { KeptState } from './components/kept-state.tsx'
import { useDocument } from './queries.ts'
import { useCategoryWords } from './words.ts'

const Back = () => (
  <Link to="/documents" className={backClass}>
    <ChevronLeft size={18} aria-hidden />
    <Trans>Documents</Trans>
  </Link>
)

function Keeping({ document, file }: { document: SharedDocument; file: KeptFile | undefined }) {
  const session = useSession()
  const [failed, setFailed] = useState<FileTrouble | null>(null)
  const { id, mimeType } = document
  const keep = async () => {
    prepareViewer(mimeType)
    setFailed(await session.keepFile(id))
  }
  return (
    <>
      {file !== undefined && file.have < file.parts ? (
        <Progress value={file.have} of={file.parts}>
          <Trans>Bringing the document to this device. What is here stays if the network goes.</Trans>
        </Progress>
      ) : null}
      <KeptState file={file} />
      {failed === null || file?.have === file?.parts ? null : <FileProblem why={failed} again={keep} />}
      <ButtonRow>
        {file === undefined ? (
          <Button look="secondary" onClick={keep}>
            <HardDriveDownload size={18} aria-hidden />
            <Trans>Keep on this device</Trans>
          </Button>
        ) : (
          <Button look="quiet" onClick={() => session.letFileGo(id)}>
            <Trash2 size={18} aria-hidden />
            <Trans>Remove from this device</Trans>
          </Button>
        )}
      </ButtonRow>
    </>
  )
}

function Opened({ document }: { document: SharedDocument }) {
  const session = useSession()
  const { id, title } = document
  const read = useCallback(() => session.openFile(id), [session, id])
  const isOnline = useSyncView().link === 'online'
  return (
    <OpenedFile read={read} title={title} isOnline={isOnline} savedName={(type) => savedName(title, type)} />
  )
}

export function DocumentPage({ documentId }: { documentId: string }) {
  const { i18n, t } = useLingui()
  const words = useCategoryWords()
  const document = useDocument(documentId)
  const file = useFiles()[documentId]
  if (document === undefined) return <Page title={t`Document`}>{null}</Page>
  if (document === null)
    return (
      <Page title={t`Document`} above={<Back />}>
        <EmptyState icon={SearchX} title={<Trans>This document is not here</Trans>}>
          <p>
            <Trans>Your practice may have withdrawn it, or it has not been brought here yet.</Trans>
          </p>
        </EmptyState>
      </Page>
    )
  const { title, category, sharedByName, sharedAt, bytes } = document
  const [date, size] = [dateOf(i18n.locale, sharedAt), sizeOf(i18n.locale, bytes)]
  return (
    <Page
      title={title}
      tabTitle={t`Document`}
      above={<Back />}
      lead={
        <p>
          {words[category]} · {sharedByName} · {date} · {size}
        </p>
      }
    >
      <Keeping document={document} file={file} />
      <Opened document={document} />
    </Page>
  )
}
