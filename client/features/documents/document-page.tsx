/** One document: what is in it, from this device where it is kept; saving it, keeping it for when there is no network. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ChevronLeft, CloudOff, Download, HardDriveDownload, RefreshCw, SearchX, Trash2 } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { savedName } from '../../../shared/domains/documents/limits.ts'
import type { SharedDocument } from '../../../shared/domains/documents/schema.ts'
import type { FileAnswer, FileTrouble, KeptFile } from '../../replica/portal-session.ts'
import { useFiles, useSession, useSyncView } from '../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { backClass, Page } from '../../ui/page.tsx'
import { EmptyState, Notice, Progress } from '../../ui/panel.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { dateOf } from '../../ui/time.ts'
import { FileView, prepareViewer } from './components/file-view.tsx'
import { KeptState } from './components/kept-state.tsx'
import styles from './documents.module.css'
import { useDocument } from './queries.ts'
import { sizeOf, useCategoryWords } from './words.ts'

const Back = () => (
  <Link to="/documents" className={backClass}>
    <ChevronLeft size={18} aria-hidden />
    <Trans>Documents</Trans>
  </Link>
)

function Trouble({ why, again }: { why: FileTrouble; again: () => void }) {
  return (
    <Notice icon={CloudOff} tone={why === 'offline' ? 'wait' : 'bad'} role="alert">
      <p>
        {why === 'offline' ? (
          <Trans>
            There is no network, and this document is not kept on this device. It can be opened as soon as
            there is a network.
          </Trans>
        ) : null}
        {why === 'gone' ? <Trans>Your practice does not share this document any more.</Trans> : null}
        {why === 'broken' ? (
          <Trans>What came is not the document that your practice shared. Nothing was kept. Try again.</Trans>
        ) : null}
        {why === 'unavailable' ? (
          <Trans>The clinic’s server could not give the document now. Try again in a moment.</Trans>
        ) : null}
      </p>
      {why === 'gone' ? null : (
        <Button look="secondary" onClick={again}>
          <RefreshCw size={18} aria-hidden />
          <Trans>Try again</Trans>
        </Button>
      )}
    </Notice>
  )
}

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
      {failed === null || file?.have === file?.parts ? null : <Trouble why={failed} again={keep} />}
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
  const [answer, setAnswer] = useState<FileAnswer>()
  const [round, setRound] = useState(0)
  const waits = useRef(false)
  const isOnline = useSyncView().link === 'online'
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again
  useEffect(() => {
    let gone = false
    setAnswer(undefined)
    const show = (found: FileAnswer) => {
      if (gone) return
      waits.current = !found.ok && (found.reason === 'offline' || found.reason === 'unavailable')
      setAnswer(found)
    }
    session.openFile(id).then(show, () => show({ ok: false, reason: 'unavailable' }))
    return () => {
      gone = true
    }
  }, [session, id, round])
  const again = useCallback(() => setRound((before) => before + 1), [])
  // The clinic answers again: nobody has to press for that.
  useEffect(() => {
    if (isOnline && waits.current) again()
  }, [isOnline, again])
  if (answer === undefined)
    return (
      <Progress value={0}>
        <Trans>Opening the document</Trans>
      </Progress>
    )
  if (!answer.ok) return <Trouble why={answer.reason} again={again} />
  const { bytes, type } = answer
  return (
    <>
      <ButtonRow>
        <Button look="secondary" onClick={() => saveFile(savedName(title, type), bytes, type)}>
          <Download size={18} aria-hidden />
          <Trans>Save as a file</Trans>
        </Button>
      </ButtonRow>
      <div className={styles.viewer}>
        <FileView bytes={bytes} type={type} title={title} />
      </div>
      <p className={styles.soft}>
        <Trans>A file that you save is not sealed: whoever uses this device can open it.</Trans>
      </p>
    </>
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
